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
	"dossier/connectors/compare"
	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
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

// formFields are the fields of a form that are no identifiers, and what takes them in.
var formFields = map[string]func(n *NewRequest, text string) error{
	"kind": func(n *NewRequest, text string) error {
		for i, k := range parts(text) {
			if i == 0 {
				n.Kind = request.Kind(k)
			} else {
				n.Also = append(n.Also, request.Kind(k))
			}
		}
		return nil
	},
	"received": func(n *NewRequest, text string) (err error) {
		day, err := clock.ParseDay(text)
		n.Received = day.Time()
		return err
	},
	"reason":    func(n *NewRequest, text string) error { n.Reason = text; return nil },
	"ground":    func(n *NewRequest, text string) error { n.Ground = text; return nil },
	"title":     func(n *NewRequest, text string) error { n.Contact.Title = text; return nil },
	"financial": func(n *NewRequest, text string) error { n.Financial = text; return nil },
	"other":     func(n *NewRequest, text string) error { n.Other = text; return nil },
	"delivery": func(n *NewRequest, text string) error {
		n.Delivery.Way = request.Way(strings.ToLower(text))
		return nil
	},
	"large_print":  func(n *NewRequest, text string) (err error) { n.Delivery.LargePrint, err = yes(text); return err },
	"date_from":    func(n *NewRequest, text string) (err error) { n.Scope.From, err = clock.ParseDay(text); return err },
	"date_to":      func(n *NewRequest, text string) (err error) { n.Scope.To, err = clock.ParseDay(text); return err },
	"omit":         func(n *NewRequest, text string) error { n.Scope.Omit = parts(text); return nil },
	"scope_reason": func(n *NewRequest, text string) error { n.Scope.Reason = text; return nil },
	"signed":       func(n *NewRequest, text string) (err error) { n.Signed, err = clock.ParseDay(text); return err },
	"controller":   func(n *NewRequest, text string) error { n.Subject.Controller = text; return nil },
	"flags": func(n *NewRequest, text string) error {
		for _, f := range parts(text) {
			n.Flags = append(n.Flags, request.Flag(f))
		}
		return nil
	},
	"on_behalf":  func(n *NewRequest, text string) error { n.agent().Name = text; return nil },
	"authority":  func(n *NewRequest, text string) error { n.agent().Authority = text; return nil },
	"instructed": func(n *NewRequest, text string) error { n.instruction().Person = text; return nil },
	"instructed_by": func(n *NewRequest, text string) error {
		n.instruction().Authority = text
		return nil
	},
	"instructed_on": func(n *NewRequest, text string) (err error) {
		n.instruction().Day, err = clock.ParseDay(text)
		return err
	},
}

// FormFields returns the names of a form's fields that are no identifiers.
func FormFields() []string { return slices.Sorted(maps.Keys(formFields)) }

func (n *NewRequest) agent() *request.Agent {
	if n.OnBehalf == nil {
		n.OnBehalf = &request.Agent{}
	}
	return n.OnBehalf
}

func (n *NewRequest) instruction() *request.Instruction {
	if n.Instruction == nil {
		n.Instruction = &request.Instruction{}
	}
	return n.Instruction
}

// parts divides a list that is written with semicolons.
func parts(text string) (all []string) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func yes(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "yes", "y", "true", "1":
		return true, nil
	case "no", "n", "false", "0":
		return false, nil
	}
	return false, errors.New("is yes or no")
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
		folded := compare.Fold(name)
		if take := formFields[strings.ReplaceAll(folded, " ", "_")]; take != nil {
			if err := take(&n, text); err != nil {
				errs = append(errs, fmt.Errorf("the field %q cannot be that: a day is written like 2026-01-31, and what is asked with yes or no is one of them", Visible(name)))
			}
			continue
		}
		i := slices.IndexFunc(d.register.Identifiers, func(id connectors.Identifier) bool {
			return compare.Fold(id.Name) == folded || compare.Fold(id.Title) == folded
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
