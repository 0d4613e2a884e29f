package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"tlsbench/scenarios"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:       "schema scenario",
		Short:     "Print the JSON Schema of a file format, for editors",
		Example:   `  tlsbench schema scenario > tlsbench-scenario.schema.json`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"scenario"},
		RunE: func(c *cobra.Command, _ []string) error {
			e := json.NewEncoder(c.OutOrStdout())
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			if err := e.Encode(scenarios.Schema()); err != nil {
				return notRun(err)
			}
			return nil
		},
	}
}
