package value

import "fmt"

// Error is an error message of SQL Server: what the ERROR token carries.
type Error struct {
	Number  int32
	Class   uint8 // severity
	State   uint8
	Line    int32
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("mssql %d: %s", e.Number, e.Message) }

// Errorf makes an Error on line 1.
func Errorf(number int32, class, state uint8, format string, args ...any) *Error {
	return &Error{Number: number, Class: class, State: state, Line: 1, Message: fmt.Sprintf(format, args...)}
}

// Unsupported is the answer to everything the double does not know: an error that says so, numbered 50000
// like a RAISERROR of a user, so that it can never pass for an error of the server.
func Unsupported(format string, args ...any) *Error {
	return Errorf(50000, 16, 1, "double: "+format+" not supported", args...)
}
