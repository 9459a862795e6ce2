package export

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// sumsName is the file by which a person without the program checks the others: sha256sum -c SHA256SUMS.txt.
const sumsName = "SHA256SUMS.txt"

// sums returns the check sums of files as sha256sum and shasum write them and read them, but for those of the file itself and
// of the manifest, which lists it.
func sums(files []File) []byte {
	var b bytes.Buffer
	for _, f := range files {
		if f.Name != sumsName {
			b.WriteString(f.SHA256 + "  " + f.Name + "\n")
		}
	}
	return b.Bytes()
}

// writeSums writes the sums of every file so far: it comes last but the manifest.
func (a *archive) writeSums() error {
	return a.put(sumsName, "the check sums of the files, for the commands in "+readmeName, func(w *bufio.Writer) (int, error) {
		_, err := w.Write(sums(a.files))
		return -1, err
	})
}

// sameSums compares the sums with those of the manifest.
func (v *verifying) sameSums(from io.Reader) error {
	want := sums(v.Manifest.Files)
	got, err := io.ReadAll(io.LimitReader(from, int64(len(want))+1))
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("does not hold the sums of " + manifestName)
	}
	return err
}
