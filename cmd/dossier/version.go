package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the program's version",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.print(struct {
					Type     string `json:"type"`
					Version  string `json:"version"`
					Platform string `json:"platform"`
				}{"version", version, runtime.GOOS + "/" + runtime.GOARCH})
			}
			_, err := fmt.Fprintf(a.out, "dossier %s %s/%s\n", version, runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
