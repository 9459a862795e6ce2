package linkage_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dossier/locate/linkage"
	"dossier/locate/normal"
)

func TestTrainingIsKeptWithoutNames(t *testing.T) {
	dir := t.TempDir()
	if kept, err := linkage.Kept(dir); kept != nil || err != nil {
		t.Fatalf("an empty folder has the training %v, %v", kept, err)
	}
	key, err := linkage.KeyOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	var records []*linkage.Entry
	for i := range 600 {
		family := "Smith"
		if i%100 == 0 {
			family = "Featherstonehaugh"
		}
		records = append(records, entry(t, m, values{"family_name": family, "given_name": "Jo", "postcode": "LS6 9IT"}))
	}
	if err := m.Train(records, key).Keep(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"matching.json", "matching.key"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"smith", "featherstonehaugh", "ls69it"} {
			if bytes.Contains(bytes.ToLower(text), []byte(word)) {
				t.Errorf("%s holds %s", name, word)
			}
		}
	}
	kept, err := linkage.Kept(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := linkage.KeyOf(dir)
	if err != nil || !bytes.Equal(key, again) {
		t.Errorf("the key changes: %v", err)
	}
	trained := linkage.New(linkage.Options{Identifiers: identifiers(t), Training: kept})
	bits := func(family string) float64 {
		v := values{"family_name": family, "postcode": "LS6 9IT", "birth_date": "1990-03-17"}
		var cmp linkage.Comparison
		return trained.Score(subject(t, trained, v), entry(t, trained, v), &cmp)
	}
	if smith, rare := bits("Smith"), bits("Featherstonehaugh"); smith >= rare {
		t.Errorf("a Smith counts %.2f bits, a Featherstonehaugh %.2f", smith, rare)
	}
}

func TestTrainingOfAnotherVersionKeepsItsWeights(t *testing.T) {
	dir := t.TempDir()
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	if err := m.Train([]*linkage.Entry{entry(t, m, catherine), entry(t, m, catherine)}, nil).Keep(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "matching.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	current, err := json.Marshal(map[string]int{"normal": normal.Version})
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Replace(string(text), strings.Trim(string(current), "{}"), `"normal":0`, 1)
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := linkage.Kept(dir)
	if err != nil || kept == nil || kept.Terms != nil || len(kept.Weights) == 0 {
		t.Errorf("a training of another version is read as %+v, %v", kept, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := linkage.Kept(dir); err == nil || !strings.Contains(err.Error(), "train again") {
		t.Errorf("a damaged training is read: %v", err)
	}
}

func FuzzTraining(f *testing.F) {
	f.Add(`{"people":2,"terms":{"normal":2,"own":{"family_name":1},"totals":{"family_name":400},"counts":{"family_name":"AAAAAAABAAAAAg=="}}}`)
	f.Add(`{"terms":{"normal":2,"counts":{"family_name":"AAA="}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var training linkage.Training
		if json.Unmarshal([]byte(text), &training) != nil {
			return
		}
		m := linkage.New(linkage.Options{Identifiers: identifiers(t), Training: &training})
		var cmp linkage.Comparison
		m.Score(subject(t, m, catherine), entry(t, m, stranger), &cmp)
	})
}
