// Package failpoint kills the process at a named instant, so that tests can prove that it resumes from there. It does
// so only in a program that is built with the tag failpoint; in every other one it is an empty function that the
// compiler takes away.
package failpoint
