package export

import (
	"slices"

	"dossier/connectors"
)

// Exemption is a decision that records, or a field of them, are withheld from some rights.
type Exemption struct {
	N      int             // by which it is known and taken back
	Record *connectors.Ref // one record; nil: every record of the entity
	System string          // where Record is nil
	Entity string          // where Record is nil; "": every record of the system
	Field  string          // "": the whole record
	Rights []string        // see connectors.Rights
	Reason string          // the person is told it
}

// covers reports whether the exemption is about a record.
func (x *Exemption) covers(ref *connectors.Ref) bool {
	if x.Record == nil {
		return x.System == ref.System && (x.Entity == "" || x.Entity == ref.Entity)
	}
	return x.Record.ID() == ref.ID()
}

const (
	notAskedBasis = "The right to portability covers only data held with your consent or for a contract with you."
	notAskedMeans = "The right to portability covers only data that is processed by automated means."
	notAskedField = "The right to portability covers only data that you provided or that was observed of you."
	notAskedHeld  = "The right to portability covers only data that you provided or that was observed of you, and our register does not say that of these."
)

// exempt returns why the register withholds the whole entity from a right, "" where it does not. Article 20(1) UK GDPR: data
// held on consent or contract and processed by automated means.
func (g *group) exempt(right string) string {
	switch {
	case g.entity != nil && g.entity.Exempt != nil && slices.Contains(g.entity.Exempt.From, right):
		return g.entity.Exempt.Reason
	case right != "portability":
		return ""
	case g.system == nil || g.system.Basis != "consent" && g.system.Basis != "contract":
		return notAskedBasis
	case g.system.Manual():
		return notAskedMeans
	}
	return ""
}

// exempt returns why the register withholds the field from a right, "" where it does not. Article 20(1) UK GDPR and WP242: what
// the person provided, knowingly or by what they did, and nothing that was inferred.
func (c *column) exempt(right string) string {
	switch {
	case c.field != nil && c.field.Exempt != nil && slices.Contains(c.field.Exempt.From, right):
		return c.field.Exempt.Reason
	case right != "portability":
		return ""
	case c.field == nil:
		return notAskedHeld
	case !c.field.Provided && !c.field.Observed:
		return notAskedField
	}
	return ""
}
