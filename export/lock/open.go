package lock

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// maxWork is the logarithm of the most work of scrypt that a file may ask for: it takes 128 << maxWork times 8 bytes of memory.
const maxWork = 20

// OpenAge returns the plain content of what Age wrote, and its size. It is decrypted as it is read, and never on the disk.
func OpenAge(r io.ReaderAt, size int64, passphrase string) (io.ReaderAt, int64, error) {
	with, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, 0, fmt.Errorf("the passphrase cannot be used: %w", err)
	}
	with.SetMaxWorkFactor(maxWork)
	plain, n, err := age.DecryptReaderAt(r, size, with)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, 0, errors.New("this passphrase does not open the file, or it was encrypted for somebody's key: decrypt it with age first")
	case err != nil:
		return nil, 0, errors.New("the file is damaged, or no file that age encrypted")
	}
	return plain, n, nil
}
