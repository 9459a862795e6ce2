package swapfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION of winerror.h: somebody has the file open.
const errorSharingViolation = syscall.Errno(32)

// lock opens a file so that nobody else can write to it, until it is closed. It may be replaced meanwhile.
func lock(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ, syscall.FILE_SHARE_READ|syscall.FILE_SHARE_DELETE, nil,
		syscall.OPEN_EXISTING, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, Busy("somebody has the file open: nothing is changed while it is")
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// sole does nothing: ReplaceFile itself refuses what it cannot replace.
func sole(fs.FileInfo) error { return nil }

// likeOriginal does nothing: ReplaceFile carries the owner and the permissions over.
func likeOriginal(string, string, fs.FileInfo) error { return nil }

var replaceFileW = syscall.NewLazyDLL("kernel32.dll").NewProc("ReplaceFileW")

// replace puts a finished copy in the place of a file, with the file's owner, permissions and attributes.
func replace(from, to string) error {
	replaced, err := syscall.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	replacement, err := syscall.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	done, _, err := replaceFileW.Call(uintptr(unsafe.Pointer(replaced)), uintptr(unsafe.Pointer(replacement)), 0, 0, 0, 0)
	if done != 0 {
		return nil
	}
	return &os.LinkError{Op: "replace", Old: from, New: to, Err: err}
}

// syncFolder does nothing: Windows writes a folder with its files.
func syncFolder(string) error { return nil }
