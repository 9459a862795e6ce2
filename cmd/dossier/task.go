package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) task() *cobra.Command {
	cmd := &cobra.Command{Use: "task", Short: "What people have to do for plans: work where the program cannot, and notices"}
	cmd.AddCommand(a.taskList(), a.taskDone(), a.taskShow(), a.taskEdit(), a.taskNotices(), a.taskSent())
	return cmd
}

func (a *app) taskList() *cobra.Command {
	return &cobra.Command{
		Use:   "list [PLAN]",
		Short: "List the tasks of a plan, or of all plans",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			plan := ""
			if len(args) > 0 {
				plan = args[0]
			}
			tasks, err := d.Tasks(ctx, plan)
			if err != nil {
				return err
			}
			return a.showTasks(tasks)
		}),
	}
}

func (a *app) taskDone() *cobra.Command {
	var outcome string
	cmd := &cobra.Command{
		Use:   "done TASK --outcome WORDS",
		Short: "Record that a task is done, and what came of it",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			t, err := d.EndTask(ctx, args[0], outcome)
			if err != nil {
				return err
			}
			return a.showTask(t)
		}),
	}
	cmd.Flags().StringVar(&outcome, "outcome", "", "what came of it, such as \"shredded\"")
	return cmd
}

func (a *app) showTasks(tasks []desk.Task) error {
	for _, t := range tasks {
		if err := a.showTask(t); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showTask(t desk.Task) error {
	if a.json {
		return a.print(t)
	}
	_, err := io.WriteString(a.out, taskWords(t))
	return err
}
