package cfb

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/richardlehane/mscfb"
)

func TestWrittenFilesAreReadAsTheyWere(t *testing.T) {
	for _, sizes := range [][]int{{}, {0}, {1, 63, 64, 65}, {4095, 4096, 4097}, {100, 100_000, 5000}, {7_200_000, 10}, {16_000_000}} {
		t.Run(fmt.Sprint(sizes), func(t *testing.T) {
			root := Node{Name: "Root Entry", Storage: true}
			inner := Node{Name: "\x06DataSpaces", Storage: true, Nodes: []Node{{Name: "Empty", Storage: true}}}
			contents := map[string][]byte{}
			for i, size := range sizes {
				content := make([]byte, size)
				rand.Read(content)
				name := fmt.Sprintf("Stream%d", i)
				n := Node{Name: name, Size: int64(size), Content: func() io.Reader { return bytes.NewReader(content) }}
				root.Nodes = append(root.Nodes, n)
				inner.Nodes = append(inner.Nodes, n)
				contents[name] = content
			}
			root.Nodes = append(root.Nodes, inner)
			var once, twice bytes.Buffer
			if err := Write(&once, root); err != nil {
				t.Fatal(err)
			}
			f, err := Open(bytes.NewReader(once.Bytes()), int64(once.Len()))
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range contents {
				for _, path := range [][]string{{name}, {"\x06DataSpaces", name}} {
					s, err := f.Stream(path...)
					if err != nil {
						t.Fatal(err)
					}
					if got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size())); err != nil || !bytes.Equal(got, want) {
						t.Errorf("%q: %d bytes, %v", path, len(got), err)
					}
				}
			}
			again, err := f.Tree()
			if err != nil {
				t.Fatal(err)
			}
			if err := Write(&twice, again); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
				t.Errorf("written again it is another file: %v", err)
			}
			theirs, err := mscfb.New(bytes.NewReader(once.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			for e, err := theirs.Next(); err == nil; e, err = theirs.Next() {
				if !strings.HasPrefix(e.Name, "Stream") {
					continue
				}
				if got, err := io.ReadAll(e); err != nil || !bytes.Equal(got, contents[e.Name]) {
					t.Errorf("mscfb reads %d bytes of %s: %v", len(got), e.Name, err)
				}
			}
		})
	}
}

func TestAStreamOfAnotherSizeIsAnError(t *testing.T) {
	root := Node{Name: "Root Entry", Storage: true, Nodes: []Node{{Name: "S", Size: 5, Content: func() io.Reader { return strings.NewReader("four") }}}}
	if err := Write(io.Discard, root); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}
