package access

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/jet"
)

// reading turns rows into the values of some of a view's fields. What it returns is valid until the next row.
type reading struct {
	view    *view
	fields  []int                   // positions in the view, each once
	columns []string                // what is asked of the table for them
	at      []int                   // where among the columns that of each field stands
	lost    func(field, why string) // told of values that cannot be read; they are then NULL

	names  []string
	values []connectors.Value
	buf    []byte
}

func (v *view) reading(fields []int, lost func(field, why string)) *reading {
	r := &reading{view: v, lost: lost}
	for _, i := range fields {
		if slices.Contains(r.fields, i) {
			continue
		}
		name := v.fields[i].Name
		at := slices.Index(r.columns, name)
		if at < 0 {
			at = len(r.columns)
			r.columns = append(r.columns, name)
		}
		r.fields, r.at, r.names = append(r.fields, i), append(r.at, at), append(r.names, v.shape.Fields[i].Name)
	}
	return r
}

// has reports whether all of the fields are read.
func (r *reading) has(fields []int) bool {
	return !slices.ContainsFunc(fields, func(i int) bool { return !slices.Contains(r.fields, i) })
}

// row returns the fields of a row that has the reading's columns.
func (r *reading) row(row *jet.Row) (connectors.Fields, error) {
	r.values, r.buf = r.values[:0], r.buf[:0]
	for n, i := range r.fields {
		v, err := r.value(&r.view.fields[i], row, r.at[n])
		if damage, ok := errors.AsType[*jet.DamageError](err); ok {
			r.lost(r.names[n], damage.Error())
		} else if errors.Is(err, errTooLong) {
			r.lost(r.names[n], err.Error())
		} else if err != nil {
			return connectors.Fields{}, err
		}
		r.values = append(r.values, v)
	}
	return connectors.Fields{Names: r.names, Values: r.values}, nil
}

// fetch reads one row by itself.
func (r *reading) fetch(id jet.RowID) (connectors.Fields, error) {
	row, err := r.view.Row(id, r.columns...)
	if err != nil {
		return connectors.Fields{}, err
	}
	return r.row(row)
}

var errTooLong = errors.New("a text is too long to be searched: it is handed over as a file")

func (r *reading) value(f *field, row *jet.Row, at int) (connectors.Value, error) {
	v := row.Values[at]
	switch v.Kind {
	case jet.String:
		return r.text(f, v.Bytes), nil
	case jet.Bytes:
		if f.typ == compare.Stream {
			return streamOf(func() (io.Reader, error) { return bytes.NewReader(v.Bytes), nil })
		}
		start := len(r.buf)
		r.buf = hex.AppendEncode(append(r.buf, "0x"...), v.Bytes)
		return connectors.Bytes(r.buf[start:]), nil
	case jet.Stream:
		s, err := streamOf(func() (io.Reader, error) { return row.Open(at) })
		if err == nil && f.typ == compare.Text {
			err = errTooLong
		}
		return s, err
	case jet.List:
		return listOf(f, row.Items(at))
	}
	return connectors.Null, nil
}

// text returns the canonical text of a value that jet hands out as text.
func (r *reading) text(f *field, b []byte) connectors.Value {
	start := len(r.buf)
	switch {
	case f.typ == compare.DateTime && len(b) == len("2006-01-02"):
		r.buf = append(append(r.buf, b...), "T00:00:00"...)
	case f.typ == compare.Decimal:
		decimals := 2
		if f.Type == jet.Numeric {
			decimals = f.Scale
		}
		r.buf = appendDecimal(r.buf, b, decimals)
	default:
		return connectors.Bytes(b)
	}
	return connectors.Bytes(r.buf[start:])
}

// appendDecimal appends a plain number with at least so many decimals.
func appendDecimal(dst, b []byte, decimals int) []byte {
	dst = append(dst, b...)
	_, fraction, point := bytes.Cut(b, []byte{'.'})
	if !point && decimals > 0 {
		dst = append(dst, '.')
	}
	for n := len(fraction); n < decimals; n++ {
		dst = append(dst, '0')
	}
	return dst
}

// streamOf returns the value of a content that is opened on demand.
func streamOf(open func() (io.Reader, error)) (connectors.Value, error) {
	content, err := open()
	if err != nil {
		return connectors.Null, err
	}
	h := sha256.New()
	n, err := io.Copy(h, content)
	if err != nil {
		return connectors.Null, err
	}
	return connectors.Stream(n, [32]byte(h.Sum(nil))), nil
}
