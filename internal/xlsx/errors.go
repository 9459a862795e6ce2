package xlsx

import (
	"errors"
	"fmt"
)

var (
	// ErrNotWorkbook is a file that is something else than a workbook of this format.
	ErrNotWorkbook = errors.New("is not a workbook")
	// ErrEncrypted is a workbook that needs a password, and none was given.
	ErrEncrypted = errors.New("is encrypted with a password")
	// ErrPassword is a workbook that the given password does not open.
	ErrPassword = errors.New("is encrypted, and the password does not open it")
	// ErrDamaged is a workbook that is cut short or does not follow its format.
	ErrDamaged = errors.New("is damaged")
	// ErrTooLarge is a workbook that would inflate beyond all measure.
	ErrTooLarge = errors.New("inflates beyond all measure, as a ZIP bomb does")
)

// damaged returns an ErrDamaged that names the part and says what is wrong with it.
func damaged(part, format string, args ...any) error {
	return fmt.Errorf("%w: %s %s", ErrDamaged, part, fmt.Sprintf(format, args...))
}
