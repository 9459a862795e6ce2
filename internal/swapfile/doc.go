// Package swapfile changes a file by way of a copy beside it. The file is never written to: at any instant it is either what
// it was or, as a whole, what the finished copy is, with the same owner and permissions.
//
// A lock keeps two runs of the program from changing one file at the same time. Other programs do not know that lock, so
// the caller looks for theirs, and the file is compared with what it was, last thing before the copy takes its place.
package swapfile
