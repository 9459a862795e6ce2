package tui

import (
	"context"

	"dossier/desk"
)

// Keeping is what the screens that keep the house need of the use cases.
type Keeping interface {
	// Incidents returns every personal-data incident as it is known now, the newest first.
	Incidents(ctx context.Context) ([]desk.Incident, error)
	// Incident returns every version of an incident, the earliest first.
	Incident(ctx context.Context, id string) ([]desk.Incident, error)
	// NewIncident records an incident.
	NewIncident(ctx context.Context, f desk.IncidentFacts) (desk.Incident, error)
	// ChangeIncident records what is known of an incident by now; change is given what was known.
	ChangeIncident(ctx context.Context, id string, change func(*desk.IncidentFacts) error) (desk.Incident, error)
	// CloseIncident ends the work on an incident.
	CloseIncident(ctx context.Context, id string) (desk.Incident, error)
}
