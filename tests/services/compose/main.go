// Compose reads a compose file as Docker's own command does, by the specification's reference
// implementation, and prints the project with all variables filled in as JSON. What the specification does not
// allow, and a variable that must be set and is not, ends it with the reason on standard error.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The one argument is the file; variables come from the environment alone.
func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: compose FILE")
	}
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithOsEnv)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
