package journal

import (
	"encoding/json"

	"dossier/request"
)

// SetScope keeps what of the data a request asks for in the place of what was kept; the error wraps ErrNoRequest where there is none
// of that id.
func (t *Tx) SetScope(id string, s request.Scope) error {
	key, err := t.keyOf(id)
	if err != nil {
		return err
	}
	var sealed []byte
	if err := t.row(`SELECT sealed FROM requests WHERE id = ?`, id).Scan(&sealed); err != nil {
		return err
	}
	plain, err := key.unsealRow("requests", id, sealed)
	if err != nil {
		return err
	}
	var kept sealedRequest
	if err := json.Unmarshal(plain, &kept); err != nil {
		return err
	}
	kept.Letter.Scope = s
	if plain, err = json.Marshal(kept); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE requests SET sealed = ? WHERE id = ?`, key.sealRow("requests", id, plain), id)
	return err
}
