package csvfile

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// BenchmarkReader reads a table of 20 columns from memory: every row, and past those that hold none of some texts.
func BenchmarkReader(b *testing.B) {
	var in bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&in, "M%d,Name%d,Name%d,Name%d,person%d@example.org,07700 %06d,", i, i%977, i%571, i%331, i, i)
		if i%10 == 0 {
			fmt.Fprintf(&in, "\"%d High Street, \"\"The Barn\"\"\",", i%1000)
		} else {
			fmt.Fprintf(&in, "%d High Street,", i%1000)
		}
		in.WriteString("12 High Street,13 High Street,14 High Street,1961-04-03,1999-01-01,2004-02-29,12.5,7.25,880.1,3.0,16.75,99.1,1000.5\n")
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf("nobody%d@example.org", i)
	}
	every := make([]int, 20)
	for i := range every {
		every[i] = i
	}
	for _, c := range []struct {
		name   string
		texts  []string
		within []int
	}{{"every row", nil, nil}, {"one text", []string{"person-777@example.org"}, every}, {"many texts in a column", many, every[4:5]}, {"many texts in 20 columns", many, every}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(in.Len()))
			for b.Loop() {
				r := NewReader(bytes.NewReader(in.Bytes()), Options{Delimiter: ","})
				if c.texts != nil {
					r.Sift(c.texts, c.within, 20)
				}
				for _, err := r.Next(); err != io.EOF; _, err = r.Next() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
