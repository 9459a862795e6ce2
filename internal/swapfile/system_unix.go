//go:build !windows

package swapfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock opens a file and locks it against other runs of the program, until it is closed.
func lock(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, Busy("another run of the program is changing the file: try again when it has finished")
		}
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return f, nil
}

// sole refuses a file that has other names (hard links): under them the old content would stay.
func sole(info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Nlink > 1 {
		return Refused("the file has a second name (a hard link), under which it would stay as it is: remove that name first")
	}
	return nil
}

// likeOriginal gives a copy the owner, the permissions and, where the system is known to have any, the attributes of the file that it is to replace.
func likeOriginal(path, original string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := os.Chown(path, int(stat.Uid), int(stat.Gid)); err != nil {
			return Refused("this account cannot make a file of the same owner and group as the old one: run as its owner")
		}
	}
	if err := os.Chmod(path, info.Mode().Perm()); err != nil {
		return err
	}
	return keepAttributes(path, original)
}

// replace puts a finished copy in the place of a file.
func replace(from, to string) error { return os.Rename(from, to) }

// syncFolder makes a new name in the folder last through a loss of power. File systems that cannot sync a folder write it
// in their own time.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
