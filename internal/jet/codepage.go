package jet

import (
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePages are the charsets of Jet 3 by the number of their Windows code page.
var codePages = map[uint16]*charset{
	874: {charmap.Windows874}, 1250: {charmap.Windows1250}, 1251: {charmap.Windows1251}, 1252: {charmap.Windows1252},
	1253: {charmap.Windows1253}, 1254: {charmap.Windows1254}, 1255: {charmap.Windows1255}, 1256: {charmap.Windows1256},
	1257: {charmap.Windows1257}, 1258: {charmap.Windows1258}, 932: {japanese.ShiftJIS}, 936: {simplifiedchinese.GBK},
	949: {korean.EUCKR}, 950: {traditionalchinese.Big5}, 10000: {charmap.Macintosh},
}

// codePage is the charset of a Windows code page; an unknown one is taken for Western European.
func codePage(number uint16) *charset {
	if t, ok := codePages[number]; ok {
		return t
	}
	return codePages[1252]
}
