package connectors

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dossier/internal/secret"
)

// Problem is one mistake in the register. It names the system and the key and says what to write instead;
// it never holds a value of the register, which could be a secret.
type Problem struct {
	System string // its id, "" outside any system
	Key    string // the path of the key within the system, or within the register
	Why    string
}

// Error says where the mistake is and what to write instead.
func (p *Problem) Error() string {
	switch {
	case p.System == "" && p.Key == "":
		return p.Why
	case p.System == "":
		return fmt.Sprintf("key %q: %s", p.Key, p.Why)
	case p.Key == "":
		return fmt.Sprintf("system %q: %s", p.System, p.Why)
	}
	return fmt.Sprintf("system %q, key %q: %s", p.System, p.Key, p.Why)
}

// Settings are the keys of one table of the register. Each reader takes out the keys that it knows; what
// nobody takes is an unknown key.
type Settings struct {
	system string
	path   string
	values map[string]any
	known  []string
}

// Decode takes the keys named by the toml tags of the struct that into points to, and checks the type of
// each. Keys of nested structs are checked strictly. It returns every mistake, joined.
func (s *Settings) Decode(into any) error {
	v := reflect.ValueOf(into).Elem()
	var errs []error
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("toml")
		if name == "" {
			continue
		}
		s.known = append(s.known, name)
		raw, ok := s.values[name]
		if !ok {
			continue
		}
		delete(s.values, name)
		if err := s.set(s.join(name), v.Field(i), raw); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Unknown returns a Problem for every key that no Decode has taken.
func (s *Settings) Unknown() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		why := "is not a key of this table"
		if near := nearest(name, s.known); near != "" {
			why += fmt.Sprintf("; did you mean %q?", near)
		} else if len(s.known) > 0 {
			why += "; it knows " + strings.Join(slices.Sorted(slices.Values(s.known)), ", ")
		}
		errs = append(errs, s.problem(s.join(name), why))
	}
	return errors.Join(errs...)
}

// Problem returns a mistake in a key of these settings.
func (s *Settings) Problem(key, why string) error { return s.problem(s.join(key), why) }

func (s *Settings) problem(path, why string) error {
	return &Problem{System: s.system, Key: path, Why: why}
}

func (s *Settings) join(name string) string {
	switch {
	case s.path == "":
		return name
	case name == "":
		return s.path
	}
	return s.path + "." + name
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

func (s *Settings) set(path string, v reflect.Value, raw any) error {
	wrong := func(want string) error {
		return s.problem(path, "is "+tomlKind(raw)+": write "+want)
	}
	if reflect.PointerTo(v.Type()).Implements(textUnmarshaler) {
		text, ok := raw.(string)
		if !ok {
			return wrong(`text in quotes`)
		}
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			why := err.Error()
			if errors.Is(err, secret.ErrLiteral) {
				why += "; change the secret too, since it has been written to a file"
			}
			return s.problem(path, why)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		text, ok := raw.(string)
		if !ok {
			return wrong(`text in quotes, such as "…"`)
		}
		v.SetString(text)
	case reflect.Bool:
		b, ok := raw.(bool)
		if !ok {
			return wrong("true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		n, ok := raw.(int64)
		if !ok {
			return wrong("a whole number")
		}
		v.SetInt(n)
	case reflect.Interface:
		v.Set(reflect.ValueOf(raw))
	case reflect.Pointer:
		if _, isTable := raw.(map[string]any); !isTable && v.Type().Elem().Kind() == reflect.Struct {
			return wrong("a table in braces, such as { … }")
		}
		v.Set(reflect.New(v.Type().Elem()))
		return s.set(path, v.Elem(), raw)
	case reflect.Slice:
		items, ok := raw.([]any)
		if !ok {
			return wrong(`a list, such as ["…"]`)
		}
		v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
		var errs []error
		for i, item := range items {
			errs = append(errs, s.set(fmt.Sprintf("%s[%d]", path, i), v.Index(i), item))
		}
		return errors.Join(errs...)
	case reflect.Map:
		table, ok := raw.(map[string]any)
		if !ok {
			return wrong(`a table, such as { name = "…" }`)
		}
		v.Set(reflect.MakeMapWithSize(v.Type(), len(table)))
		var errs []error
		for _, name := range slices.Sorted(maps.Keys(table)) {
			item := reflect.New(v.Type().Elem()).Elem()
			errs = append(errs, s.set(path+"."+name, item, table[name]))
			v.SetMapIndex(reflect.ValueOf(name), item)
		}
		return errors.Join(errs...)
	case reflect.Struct:
		table, ok := raw.(map[string]any)
		if !ok {
			return wrong("a table in braces, such as { … }")
		}
		inner := &Settings{system: s.system, path: path, values: maps.Clone(table)}
		return errors.Join(inner.Decode(v.Addr().Interface()), inner.Unknown())
	default:
		return s.problem(path, fmt.Sprintf("cannot be read into %s", v.Type()))
	}
	return nil
}

func tomlKind(raw any) string {
	switch raw.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}

// nearest returns the known name within two edits of name, "" where there is none.
func nearest(name string, known []string) string {
	best, distance := "", 3
	for _, k := range known {
		if d := edits(name, k); d < distance && d < len(k) {
			best, distance = k, d
		}
	}
	return best
}

// edits returns the Levenshtein distance of two short names.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
