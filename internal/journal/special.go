package journal

import (
	"context"
	"encoding/json"
)

// SaveSpecial keeps which kinds of data that need special care the last search of a request found, in the place of what the one before
// did; nil: none.
func (t *Tx) SaveSpecial(id string, kinds []string) error {
	key, err := t.keyOf(id)
	if err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM special WHERE request = ?`, id); err != nil || len(kinds) == 0 {
		return err
	}
	plain, err := json.Marshal(kinds)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO special (request, sealed) VALUES (?,?)`, id, key.sealRow("special", "", plain))
	return err
}

// Special returns what SaveSpecial kept, by the ids of requests. It reads no findings.
func (j *Journal) Special(ctx context.Context) (map[string][]string, error) {
	all := map[string][]string{}
	err := j.view(ctx, func(at asker) error {
		rows, err := at.query(ctx, `SELECT r.id, r.key, s.sealed FROM special s JOIN requests r ON r.id = s.request`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var wrapped, sealed []byte
			if err := rows.Scan(&id, &wrapped, &sealed); err != nil {
				return err
			}
			key, err := j.master.open(id, wrapped)
			if err != nil {
				return err
			}
			plain, err := key.unsealRow("special", "", sealed)
			if err != nil {
				return err
			}
			var kinds []string
			if err := json.Unmarshal(plain, &kinds); err != nil {
				return err
			}
			all[id] = kinds
		}
		return rows.Err()
	})
	return all, err
}
