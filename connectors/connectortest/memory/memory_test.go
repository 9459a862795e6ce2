package memory

import (
	"testing"

	"dossier/connectors/connectortest/suite"
)

func TestSuite(t *testing.T) { suite.Run(t, NewHarness()) }
