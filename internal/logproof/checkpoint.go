package logproof

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint says what a log was at a moment, in the form of C2SP's tlog-checkpoint.
type Checkpoint struct {
	Log  string // its name
	Size int64  // how many entries it had
	Root tlog.Hash
}

// Text returns the checkpoint as it is signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Log, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

var errNoCheckpoint = errors.New("this is no checkpoint of a log")

func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 || lines[0] == "" {
		return Checkpoint{}, errNoCheckpoint
	}
	c := Checkpoint{Log: lines[0]}
	var err error
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return Checkpoint{}, errNoCheckpoint
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return Checkpoint{}, errNoCheckpoint
	}
	return c, nil
}

// Open returns what a signed checkpoint says, if the key signed it.
func Open(signed []byte, key string) (Checkpoint, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return Checkpoint{}, errors.New("this is no key of a log: dossier log verify prints it")
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return Checkpoint{}, errors.New("the checkpoint is not signed with the key of this log")
	}
	if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return Checkpoint{}, errors.New("the checkpoint was changed after it was signed")
	}
	if err != nil {
		return Checkpoint{}, errNoCheckpoint
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.Log != verifier.Name() {
		return Checkpoint{}, errors.New("the checkpoint is one of another log")
	}
	return c, err
}
