// Package csvfile reads tables of delimited text (.csv, .tsv, .txt) as streams of rows.
//
// It reads RFC 4180, and what programs write in its place: any delimiter, UTF-8 with or without a byte order
// mark, UTF-16, Windows-1252, line ends of every system, and Excel's first line "sep=;". Quotes follow RFC 4180;
// a quote that does not, such as an inch mark or one that is never closed, is read as it stands, so that it
// swallows neither cells nor rows, and is counted (Reader.Stray).
//
// A row borrows the reader's memory until the next one: reading allocates nothing a row.
package csvfile
