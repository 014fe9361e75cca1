//go:build tools

// Package server names the version of stripe-mock that the tests build; go.sum checks what Go fetches.
package server

import _ "github.com/stripe/stripe-mock"
