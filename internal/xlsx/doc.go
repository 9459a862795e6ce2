// Package xlsx reads Office Open XML workbooks (.xlsx, .xlsm and their templates) as streams.
//
// A workbook is opened through an io.ReaderAt, its sheets are listed, and the rows of a sheet are read one
// after another, in the manner of archive/tar:
//
//	book, err := xlsx.Open(file, size, xlsx.Options{})
//	rows, err := book.Rows(ctx, book.Sheets[0])
//	defer rows.Close()
//	for {
//		row, err := rows.Next()
//		if err == io.EOF {
//			break
//		}
//		…
//	}
//
// Texts that stand in no cell are told by Comments, Behind, Asides and Rows.Aside. Rows.Sift passes over rows that cannot hold what is looked for.
// Rewrite writes the workbook with rows removed or cells changed, and nothing else.
//
// A row borrows the reader's memory until the next one: reading allocates nothing a row. Nothing is skipped in
// silence: a part that ends early, is not the XML that it should be, or fails its checksum is an error.
//
// Sources: ECMA-376 parts 1 (SpreadsheetML: chapter 18) and 2 (packaging), [MS-OFFCRYPTO] for encryption,
// and, where Excel departs from them, [MS-OI29500].
package xlsx
