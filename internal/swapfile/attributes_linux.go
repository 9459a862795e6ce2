package swapfile

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"syscall"
)

// accessList is the attribute that holds who else may read or write a file: without it a copy would be open to others than the file.
const accessList = "system.posix_acl_access"

// keepAttributes gives a copy the access list of a file and the attributes that people or programs gave it.
func keepAttributes(path, original string) error {
	names, err := attribute(func(b []byte) (int, error) { return syscall.Listxattr(original, b) })
	if err != nil {
		return err
	}
	all := strings.FieldsFunc(string(names), func(c rune) bool { return c == 0 })
	if !slices.Contains(all, accessList) {
		// The folder may have given the copy one of its own.
		if err := syscall.Removexattr(path, accessList); err != nil && !absent(err) {
			return Refused("the copy cannot be given the access list of the file: run as its owner")
		}
	}
	for _, name := range all {
		if name != accessList && !strings.HasPrefix(name, "user.") {
			continue // the system gives its own
		}
		value, err := attribute(func(b []byte) (int, error) { return syscall.Getxattr(original, name, b) })
		if err == nil {
			err = syscall.Setxattr(path, name, value, 0)
		}
		if err != nil {
			return Refused("the copy cannot be given the access list and the attributes of the file: run as its owner")
		}
	}
	return nil
}

// attribute reads what a call says, whatever its length.
func attribute(call func([]byte) (int, error)) ([]byte, error) {
	for size := 1 << 10; size <= 1<<20; size *= 4 {
		b := make([]byte, size)
		n, err := call(b)
		switch {
		case absent(err):
			return nil, nil
		case errors.Is(err, syscall.ERANGE):
			continue
		case err != nil:
			return nil, err
		}
		return bytes.Clone(b[:n]), nil
	}
	return nil, syscall.ERANGE
}

// absent reports whether an error says that there is no such attribute, or that the file system has none.
func absent(err error) bool {
	return errors.Is(err, syscall.ENODATA) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS)
}
