package sqldb

import "encoding/hex"

// maxBinary is the length in bytes up to which a binary column's values are canonical text; longer ones are streams.
const maxBinary = 64

// decodeHex returns the bytes of binary canonical text.
func decodeHex(v string) []byte {
	b, _ := hex.DecodeString(v[2:])
	return b
}

// fraction returns how many digits stand behind the point.
func fraction(v string) int {
	for i := range len(v) {
		if v[i] == '.' {
			return len(v) - i - 1
		}
	}
	return 0
}
