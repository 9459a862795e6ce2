// Package linkage tells whose a record is: it compares what is known of a subject with what a record holds, kind by kind, and
// weighs the evidence as Fellegi and Sunter do ("A theory for record linkage", 1969), in bits.
//
// How near two values are is a Level. How often a level is seen among records of one person (M) and of strangers (U) are the weights;
// documented defaults stand in weights.go, and Train learns better ones from an organisation's own records without labels.
// Common names count less than rare ones, by keyed counts that were made in training and never by reading other people's records
// during a request.
//
// A record that is not the subject's is seldom a stranger's who agrees by chance: it is a relative's, a twin's, a namesake's, a
// neighbour's, or bears a number that was given twice. The evidence is weighed against each of them (alternatives.go), which also keeps
// what goes together, such as address and postcode, from being counted twice.
package linkage
