package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// documents returns the schema of every type of document that a package holds, by the word under "type".
var documents = sync.OnceValue(func() map[string]*jsonschema.Schema {
	all := map[string]*jsonschema.Schema{}
	for _, s := range compiled(schema).OneOf {
		s = resolved(s)
		all[(*s.Properties["type"].Const).(string)] = s
	}
	return all
})

// certificateForm returns the schema of a certificate's file.
var certificateForm = sync.OnceValue(func() *jsonschema.Schema { return compiled(certificateSchema) })

// compiled compiles a schema of the program's own, which a test does too.
func compiled(text []byte) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("schema.json")
}

// resolved follows references.
func resolved(s *jsonschema.Schema) *jsonschema.Schema {
	for s != nil && s.Ref != nil {
		s = s.Ref
	}
	return s
}

// understand reads a file by what it is, as far as it can be told by its form.
func (v *verifying) understand(name string, from io.Reader) {
	var err error
	switch {
	case strings.HasPrefix(name, "data/"): // tables, and contents that systems held
		return
	case name == schemaName:
		err = sameSchema(from)
	case name == sumsName:
		err = v.sameSums(from)
	case name == logName:
		err = v.log(from)
	case path.Ext(name) == ".json":
		_, err = v.document(newJSONReader(from), false)
	case path.Ext(name) == ".jsonl":
		_, err = v.document(newJSONReader(from), true)
	}
	switch {
	case errors.Is(err, errTooLarge) && name == dataName: // a system may hold a text of any length
		v.note(name, err.Error())
	case err != nil:
		v.problem(name, "%s", err)
	}
}

// sameSchema compares the schema of the package with the program's own, byte by byte. A schema is a program that says what is right:
// one that is not known is not run.
func sameSchema(from io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(from, int64(len(schema))+1))
	if err == nil && !bytes.Equal(b, schema) {
		err = fmt.Errorf("is not the schema of version %d: it was changed, or another version of the program wrote the package", FormatVersion)
	}
	return err
}

// document checks a JSON document, or each of several behind one another, against the schema of its type. It returns how many
// there are.
func (v *verifying) document(r *jsonReader, several bool) (n int, err error) {
	r.check = v.content
	for {
		value, err := r.next()
		if errors.Is(err, io.EOF) && (several || n == 1) {
			return n, nil
		}
		if errors.Is(err, io.EOF) {
			return n, errors.New("holds nothing")
		}
		if err != nil {
			return n, where(err, n, several)
		}
		if n++; n > 1 && !several {
			return n, errors.New("goes on behind its end")
		}
		if err := answers(r.schema, value); err != nil {
			return n, where(err, n-1, several)
		}
	}
}

// where says in which of several documents something is wrong.
func where(err error, n int, several bool) error {
	if !several || errors.Is(err, errTooLarge) {
		return err
	}
	return fmt.Errorf("line %d %w", n+1, err)
}

// answers returns where a value does not answer to a schema. It tells names of fields, never what stands in them.
func answers(s *jsonschema.Schema, value any) error {
	err := s.Validate(value)
	var invalid *jsonschema.ValidationError
	if err == nil {
		return nil
	}
	if !errors.As(err, &invalid) {
		return errors.New("does not answer to the schema")
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	at := strings.Join(invalid.InstanceLocation, "/")
	if at == "" {
		at = "its beginning"
	}
	return fmt.Errorf("does not answer to the schema at %s (%s)", shown(at), strings.Join(invalid.ErrorKind.KeywordPath(), "/"))
}

// content checks what a record of data.json says of a file of the package: that it is there, and the same.
func (v *verifying) content(value any) error {
	record, _ := value.(map[string]any)
	values, _ := record["values"].(map[string]any)
	for _, value := range values {
		c, _ := value.(map[string]any)
		name, is := c["file"].(string)
		if !is {
			continue
		}
		f, known := v.listed[name]
		if !known {
			return fmt.Errorf("names %s, which is missing", shown(name))
		}
		if size, _ := c["bytes"].(json.Number); f.SHA256 != c["sha256"] || c["missing"] == nil && size.String() != fmt.Sprint(f.Size) {
			return fmt.Errorf("says of %s another size or SHA-256 than %s", shown(name), manifestName)
		}
	}
	return nil
}
