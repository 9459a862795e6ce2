// Package evaluate measures matching against a truth: how many records of a person a search finds, how many of somebody else's it hands
// over, how many decisions a data protection officer has to take, and whether the probabilities mean what they say.
//
// There are two kinds of truth. A truth of systems (truth.jsonl of the demo estate) says whose every record of a register's systems is,
// and is measured by searching as a request does. A table of labelled people (any CSV file, with a mapping of its columns) is measured
// pair by pair, every record against every other.
package evaluate
