package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"dossier/connectors"
	"dossier/locate"
	"dossier/request"
)

// maxForms is the most that is read of a file of forms.
const maxForms = 16 << 20

// Forms reads requests from a file of the organisation's form, or from in where the path is "-": TOML or JSON with one form, or a list of
// them under "request", or a table (.csv, .xlsx) with a row a form. A form's fields are those of FormFields and the register's identifiers, by
// name or title; a field that is neither is an error, and nothing is read then. No error holds a value.
func (d *Desk) Forms(ctx context.Context, path string, in io.Reader) ([]NewRequest, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	var forms []map[string]string
	var err error
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case path == "-":
		forms, err = formsIn(in)
	case ext == ".toml" || ext == ".json":
		var f *os.File
		if f, err = os.Open(path); err != nil {
			return nil, fmt.Errorf("%w: the form cannot be read: %w", ErrUsage, err)
		}
		defer f.Close()
		forms, err = formsIn(f)
	default:
		forms, err = formsOf(ctx, path)
	}
	if err != nil {
		return nil, err
	}
	var all []NewRequest
	var errs []error
	for i, form := range forms {
		n, err := d.form(form)
		if err != nil {
			err = fmt.Errorf("form %d: %w", i+1, err)
		}
		all, errs = append(all, n), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("%w: nothing was recorded: %w", ErrUsage, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: the file holds no form", ErrUsage)
	}
	return all, nil
}

// formsIn reads forms from TOML or JSON.
func formsIn(in io.Reader) ([]map[string]string, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxForms+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxForms {
		return nil, fmt.Errorf("%w: the file of forms is longer than %d MB", ErrUsage, maxForms>>20)
	}
	var read any
	if text = bytes.TrimSpace(text); json.Valid(text) {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		err = decoder.Decode(&read)
	} else {
		doc := map[string]any{}
		_, err = toml.Decode(string(text), &doc)
		read = doc
	}
	if pe := (toml.ParseError{}); errors.As(err, &pe) {
		return nil, fmt.Errorf("%w: the form is neither JSON nor TOML: look at line %d", ErrUsage, pe.Position.Line)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the form cannot be read: a value in it is damaged", ErrUsage)
	}
	if doc, ok := read.(map[string]any); ok && len(doc) == 1 && doc["request"] != nil {
		read = doc["request"]
	}
	var forms []map[string]string
	for _, one := range listOf(read) {
		doc, ok := one.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%w: form %d is no set of fields", ErrUsage, len(forms)+1)
		}
		form := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(doc)) {
			if form[name], ok = formText(doc[name]); !ok {
				return nil, fmt.Errorf("%w: form %d: the field %q holds neither text, nor a number, a day, or a list of these", ErrUsage, len(forms)+1, Visible(name))
			}
		}
		forms = append(forms, form)
	}
	return forms, nil
}

// listOf returns the items of a list, or what is none as the only item.
func listOf(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case []map[string]any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = v[i]
		}
		return all
	}
	return []any{v}
}

// formText writes a field's value as text, the items of a list with semicolons.
func formText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool, int64, json.Number:
		return fmt.Sprint(v), true
	case time.Time:
		return v.Format(time.DateOnly), true
	case []any:
		var texts []string
		for _, item := range v {
			text, ok := formText(item)
			if !ok {
				return "", false
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, ";"), true
	}
	return "", false
}

// formsOf reads forms from a table, a row each.
func formsOf(ctx context.Context, path string) ([]map[string]string, error) {
	var forms []map[string]string
	err := readTable(ctx, path, "the table of forms", func(connectors.Shape) error { return nil }, func(r connectors.Record) {
		form := map[string]string{}
		for i, name := range r.Names {
			if texts := textsOf(r.Values[i]); len(texts) > 0 && !strings.HasPrefix(name, "(") {
				form[name] = texts[0]
			}
		}
		forms = append(forms, form)
	})
	return forms, err
}

// form takes in the fields of one form.
func (d *Desk) form(fields map[string]string) (NewRequest, error) {
	n := NewRequest{Kind: request.Access, Received: d.today().Time()}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text := strings.TrimSpace(fields[name])
		if text == "" {
			continue
		}
		field := fieldOf(name)
		if slices.Contains(officeUse, field) {
			continue
		}
		if take := formFields[field]; take != nil {
			if err := take(&n, text); err != nil {
				errs = append(errs, fmt.Errorf("the field %q cannot be that: a day is written like 2026-01-31 or 31/01/2026, and what is asked with yes or no is one of them", Visible(name)))
			}
			continue
		}
		i := slices.IndexFunc(d.register.Identifiers, func(id connectors.Identifier) bool {
			return fieldOf(id.Name) == field || fieldOf(id.Title) == field
		})
		if i < 0 {
			errs = append(errs, fmt.Errorf("the field %q is unknown: it is none of %q and no identifier of the register", Visible(name), FormFields()))
			continue
		}
		for _, value := range parts(text) {
			n.Subject.Identifiers = append(n.Subject.Identifiers, locate.Identifier{Kind: d.register.Identifiers[i].Name, Value: value})
		}
		n.contact(d.register.Identifiers[i].Name, text)
	}
	return n, errors.Join(errs...)
}

// contact takes an identifier as a part of where the answer goes.
func (n *NewRequest) contact(kind, text string) {
	switch kind {
	case "full_name":
		n.Contact.Name = text
	case "address", "postcode":
		n.Contact.Address = strings.TrimSpace(n.Contact.Address + "\n" + text)
	case "email":
		n.Contact.Email = text
	}
}
