package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

// huma keeps these in package variables, so they are set once for the process.
// Errors that huma makes itself become our envelope, and a slice in a document
// is an array that is never null (platform-api W3).
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return newProblem(ctx.Context(), refusedInput(ctx.Operation(), status, errs))
	}
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError {
		return &problem{Envelope: rest.Status(context.Background(), status, "")}
	}
	huma.DefaultArrayNullable = false
}

// problem is an error in the form that huma answers with.
type problem struct {
	rest.Envelope
}

// newProblem gives err its public form and logs what stays private.
func newProblem(ctx context.Context, err error) *problem {
	envelope := rest.NewEnvelope(ctx, err)
	rest.LogError(ctx, envelope, err)
	return &problem{Envelope: envelope.In(ctx)}
}

// GetStatus is the HTTP status.
func (p *problem) GetStatus() int { return p.StatusCode }

// Error is the public sentence.
func (p *problem) Error() string { return p.Message }

// objectNote is the operation's metadata that names its body in refusals.
const objectNote = "object"

// refusedInput turns huma's findings into a refusal. huma's statuses are mapped
// to 400, the one that the contract declares. Values are never repeated, because
// a body can hold a token, and neither is the JSON decoder's own text, because
// it can quote them.
func refusedInput(op *huma.Operation, status int, errs []error) error {
	object, _ := op.Metadata[objectNote].(string)
	if object == "" {
		object = "request body"
	}
	refuse := func(message string) error { return bowline.Errorf(bowline.CodeInvalid, "%s", message) }
	switch status {
	case http.StatusRequestEntityTooLarge:
		return refuse("The body is larger than " + strconv.FormatInt(op.MaxBodyBytes>>20, 10) + " MiB.")
	case http.StatusUnsupportedMediaType:
		return refuse("The Content-Type must be application/json.")
	case http.StatusBadRequest:
		if len(errs) == 0 {
			return refuse("The " + object + " object is required.")
		}
		return refuse("The body is not valid JSON, or holds a NUL character.")
	case http.StatusUnprocessableEntity:
	default: // the connection broke or was too slow
		return refuse("The body could not be read to its end.")
	}
	refusal := &bowline.Error{Code: bowline.CodeInvalid}
	for _, err := range errs {
		item, whole := validationItem(err)
		if whole {
			return refuse("The " + object + " object is required.")
		}
		refusal.Items = append(refusal.Items, item)
	}
	if len(refusal.Items) == 0 {
		return refuse("The request is not valid.")
	}
	refusal.Message = refusal.Items[0].ItemID + ": " + refusal.Items[0].Message
	return refusal
}

// plainLocation is what a location may look like to be repeated; names of map
// members are the caller's and may be anything.
var plainLocation = regexp.MustCompile(`^[A-Za-z0-9_.\[\]]{1,64}$`)

// validationItem describes one finding. whole says that the body as such has
// the wrong type: an array or a bare string instead of an object.
func validationItem(err error) (item bowline.ValidationItem, whole bool) {
	item = bowline.ValidationItem{ItemID: "body", Message: "not valid", ValidatorName: "Request"}
	var detail *huma.ErrorDetail
	if !errors.As(err, &detail) {
		return item, false
	}
	location := strings.TrimPrefix(strings.TrimPrefix(detail.Location, "body."), "query.")
	if plainLocation.MatchString(location) {
		item.ItemID = location
	}
	if detail.Location != "body" {
		item.Message = detail.Message
		return item, false
	}
	if _, isObject := detail.Value.(map[string]any); isObject {
		item.Message = detail.Message
		return item, false
	}
	// Either the type is wrong, or decoding failed after validation and the
	// message is the decoder's, which is not for callers.
	return item, detail.Message == "expected object"
}
