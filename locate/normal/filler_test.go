package normal

import (
	"testing"

	"dossier/connectors/compare"
)

func TestFiller(t *testing.T) {
	for text, want := range map[string]bool{"N/A": true, "Unknown": true, "": true, "-": true, "…": true, "XXXXX": true, ".....": true, "tbc": true,
		"Not Known": true, "Jo": false, "T": false, "Nan Goldin": false, "Test-Smith": false, "Null and Void": false, "zzzz": true, "aa": false} {
		if got := Filler(compare.AppendFold(nil, []byte(text))); got != want {
			t.Errorf("Filler(%q) = %v", text, got)
		}
	}
}
