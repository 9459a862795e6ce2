package tui

import (
	"context"
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/desk"
)

func (f *fakeDesk) HasPassphrase(context.Context) (bool, error) {
	return f.phrase != "", f.failure("HasPassphrase")
}

func (f *fakeDesk) Unlock(_ context.Context, text string) error {
	f.note("Unlock")
	if text != f.phrase {
		return fmt.Errorf("%w: it is not the one that was set", desk.ErrPassphrase)
	}
	return f.failure("Unlock")
}

func (f *fakeDesk) Copied(_ context.Context, id string, ref connectors.Ref) error {
	f.note("Copied %s %s", id, ref)
	return f.failure("Copied")
}

func (f *fakeDesk) Unmasked(_ context.Context, id string) error {
	f.note("%s", strings.TrimSpace("Unmasked "+id))
	return f.failure("Unmasked")
}
