package swapfile

import (
	"errors"
	"syscall"
	"testing"
)

func TestAttributesStay(t *testing.T) {
	s := begin(t)
	// An access list by which user 12345 may read the file (acl(5), linux/posix_acl_xattr.h): version 2, then tag, permissions and id of each entry.
	list := []byte{2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 0x39, 0x30, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255}
	want := map[string]string{accessList: string(list), "user.note": "kept"}
	for name, value := range want {
		if err := syscall.Setxattr(s.Path, name, []byte(value), 0); errors.Is(err, syscall.ENOTSUP) {
			t.Logf("the file system of the tests has no %s: the file is swapped without", name)
			delete(want, name)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(t.Context(), free, nil); err != nil {
		t.Fatal(err)
	}
	holds(t, s.Path, "after")
	for name, value := range want {
		b := make([]byte, 100)
		if n, err := syscall.Getxattr(s.Path, name, b); err != nil || string(b[:n]) != value {
			t.Errorf("%s is %q, %v", name, b[:max(n, 0)], err)
		}
	}
}
