package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What one piece of a JSON document may have: a document of any length is read piece by piece, the elements of its long lists one
// by one.
const (
	maxPiece  = 64 << 20 // bytes
	maxValues = 1 << 20
	maxDepth  = 100
)

var errTooLarge = errors.New("holds a value that is too large to be held against the schema: it was checked by its SHA-256 alone")

// jsonReader reads JSON that is not trusted, of the types that the schema knows. What several programs would read in several ways
// is an error: a name that stands twice in an object.
type jsonReader struct {
	*json.Decoder
	in     *rationed
	schema *jsonschema.Schema // of the document that is read
	check  func(element any) error
	values int // read since the last piece
}

// rationed gives out so many bytes before it has to be filled again.
type rationed struct {
	io.Reader
	left int
}

func (r *rationed) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTooLarge
	}
	n, err := r.Reader.Read(b[:min(len(b), r.left)])
	r.left -= n
	return n, err
}

func newJSONReader(from io.Reader) *jsonReader {
	in := &rationed{Reader: from}
	r := &jsonReader{Decoder: json.NewDecoder(in), in: in}
	r.UseNumber()
	return r
}

// refill begins the next piece.
func (r *jsonReader) refill() { r.in.left, r.values = maxPiece, 0 }

// next reads the next document, which begins with its type; io.EOF where there is none. Lists whose elements have a schema are
// checked element by element, and come back empty.
func (r *jsonReader) next() (any, error) {
	r.refill()
	t, err := r.Token()
	if err != nil {
		return nil, r.fault(err, true)
	}
	if t != json.Delim('{') {
		return nil, errors.New("is no document that a package has")
	}
	key, err := r.Token()
	if err != nil {
		return nil, r.fault(err, false)
	}
	name, err := r.Token()
	if err != nil {
		return nil, r.fault(err, false)
	}
	kind, _ := name.(string)
	if r.schema = documents()[kind]; key != "type" || r.schema == nil {
		return nil, errors.New("does not begin with a type that a package has")
	}
	return r.object(r.schema, map[string]any{"type": kind}, 1)
}

// fault returns an error without what the document holds.
func (r *jsonReader) fault(err error, mayEnd bool) error {
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge
	case errors.Is(err, io.EOF) && mayEnd:
		return io.EOF
	}
	return errors.New("is no JSON, or is cut short")
}

// object reads the rest of an object.
func (r *jsonReader) object(s *jsonschema.Schema, o map[string]any, depth int) (any, error) {
	for r.More() {
		t, err := r.Token()
		if err != nil {
			return nil, r.fault(err, false)
		}
		key, _ := t.(string) // keys are nothing else
		if _, twice := o[key]; twice {
			return nil, errors.New("has an object that holds the same name twice")
		}
		if o[key], err = r.value(property(s, key), depth); err != nil {
			return nil, err
		}
	}
	_, err := r.Token()
	if err != nil {
		return nil, r.fault(err, false)
	}
	return o, nil
}

// property returns the schema of a property, nil where none can be told by its name alone.
func property(s *jsonschema.Schema, key string) *jsonschema.Schema {
	if s == nil {
		return nil
	}
	return resolved(s.Properties[key])
}

func (r *jsonReader) value(s *jsonschema.Schema, depth int) (any, error) {
	if r.values++; r.values > maxValues || depth > maxDepth {
		return nil, errTooLarge
	}
	t, err := r.Token()
	if err != nil {
		return nil, r.fault(err, false)
	}
	switch t {
	case json.Delim('{'):
		return r.object(s, map[string]any{}, depth+1)
	case json.Delim('['):
		return r.list(s, depth+1)
	}
	return t, nil
}

// list reads the rest of a list.
func (r *jsonReader) list(s *jsonschema.Schema, depth int) (any, error) {
	var of *jsonschema.Schema
	if s != nil {
		of = resolved(s.Items2020)
	}
	all := []any{}
	for n := 1; r.More(); n++ {
		if of != nil && depth == 2 { // of the document itself
			r.refill()
		}
		v, err := r.value(of, depth)
		if err != nil {
			return nil, err
		}
		if of == nil || depth > 2 {
			all = append(all, v)
			continue
		}
		err = r.check(v)
		if err == nil {
			err = answers(of, lean(v))
		}
		if err != nil {
			return nil, fmt.Errorf("holds an element that %w (number %d of its list)", err, n)
		}
	}
	if _, err := r.Token(); err != nil {
		return nil, r.fault(err, false)
	}
	return all, nil
}

// lean takes the values out of a record of data.json that the schema takes whatever they say, text and nothing: most are, and to
// hold each against every form that a value can have takes longer than all the rest.
func lean(element any) any {
	record, _ := element.(map[string]any)
	values, _ := record["values"].(map[string]any)
	for name, value := range values {
		if _, text := value.(string); text || value == nil {
			delete(values, name)
		}
	}
	return element
}
