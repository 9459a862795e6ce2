package export

import (
	"bufio"
	"context"
	_ "embed"
	"time"
)

// FormatVersion is the version of the package's form that Write writes and Verify reads.
const FormatVersion = 1

const (
	manifestName = "manifest.json"
	dataName     = "data.json"
	coverageName = "coverage.json"
	actionsName  = "actions.jsonl"
	schemaName   = "schema.json"
	reportName   = "index.html"
	readmeName   = "README.txt"
)

// Manifest is manifest.json: what the package is and every file in it but itself, in the order of the ZIP.
type Manifest struct {
	Type         string        `json:"type"`    // "manifest"
	Version      int           `json:"version"` // FormatVersion
	Made         time.Time     `json:"made"`
	Organisation string        `json:"organisation"`
	Edition      string        `json:"edition,omitempty"` // "controller": it is not for the person
	Request      RequestHeader `json:"request"`
	Records      int           `json:"records"` // records about the person in the package
	Files        []File        `json:"files"`
}

// RequestHeader is what the manifest says of the request.
type RequestHeader struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Received string `json:"received"`       // the day, 2006-01-02
	Days     *Span  `json:"days,omitempty"` // none: every day is asked about
}

// File is one file of a package.
type File struct {
	Name    string `json:"name"`
	What    string `json:"what"` // what it is, in plain words
	Size    int64  `json:"size"` // in bytes
	SHA256  string `json:"sha256"`
	Records *int   `json:"records,omitempty"` // how many records it holds, where it holds any by its nature
}

//go:embed schema.json
var schema []byte

func (ed *edition) writeSchema(_ context.Context, a *archive) error {
	return a.put(schemaName, "the form of the JSON files, for programs (JSON Schema 2020-12)", func(w *bufio.Writer) (int, error) {
		_, err := w.Write(schema)
		return -1, err
	})
}

func (ed *edition) manifest() Manifest {
	m := Manifest{
		Type: "manifest", Version: FormatVersion, Made: ed.Made.UTC().Truncate(time.Second), Organisation: ed.Register.Organisation.Name,
		Request: ed.requestHeader(),
	}
	if ed.Controller != nil {
		m.Edition = "controller"
	}
	for _, g := range ed.groups {
		m.Records += g.count
	}
	return m
}

func (ed *edition) requestHeader() RequestHeader {
	h := RequestHeader{ID: ed.Request.ID, Kind: ed.Request.Kind, Received: ed.Request.Received.Format(time.DateOnly)}
	if ed.Request.Span != (Span{}) {
		h.Days = &ed.Request.Span
	}
	return h
}
