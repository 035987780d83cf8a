package api

import (
	"context"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/trace"
)

// IntegrationTestStart is the body that begins a test of an integration.
type IntegrationTestStart struct {
	Inputs map[string]string `json:"inputs,omitempty" doc:"What a customer would choose and type before the sign-in; for integrations that are connected with keys, the keys."`
}

// IntegrationTest is a test that has begun.
type IntegrationTest struct {
	ID  bowline.ID `json:"id" doc:"Names the test."`
	URL string     `json:"url,omitempty" doc:"Open it in a browser within half an hour and sign in at the provider. Absent where there is no sign-in: then the test is over already." format:"uri"`
}

// IntegrationTestResult is what a test has shown so far.
type IntegrationTestResult struct {
	ID      bowline.ID            `json:"id" doc:"Names the test."`
	Status  string                `json:"status" enum:"waiting,done,failed" doc:"waiting: nobody has signed in yet. done: every step went well. failed: a step did not."`
	Steps   []IntegrationTestStep `json:"steps" doc:"What was tried, in order."`
	Hops    []IntegrationTestHop  `json:"hops" doc:"Requests and answers, in order, with every secret masked. At most 50 before the sign-in and 50 after."`
	Dropped int                   `json:"dropped,omitempty" doc:"How many further hops were not kept."`
}

// IntegrationTestStep is one thing that a test tried.
type IntegrationTestStep struct {
	Name    string `json:"name" doc:"What was tried, such as exchange or refresh."`
	Outcome string `json:"outcome" enum:"ok,failed,skipped" doc:"What came of it. skipped: it does not apply."`
	Detail  string `json:"detail,omitempty" doc:"What was found, why it failed, or why it was left out."`
}

// IntegrationTestHop is one request and its answer, masked.
type IntegrationTestHop struct {
	At              time.Time               `json:"at" doc:"When the request began, UTC."`
	Milliseconds    float64                 `json:"milliseconds" doc:"How long it took to the end of the answer."`
	Kind            string                  `json:"kind,omitempty" doc:"What the browser did; absent for a request of ours."`
	Method          string                  `json:"method" doc:"HTTP method."`
	URL             string                  `json:"url" doc:"Where it went."`
	RequestHeaders  []IntegrationTestHeader `json:"requestHeaders,omitempty" doc:"Headers of the request, by name."`
	RequestBody     string                  `json:"requestBody,omitempty" doc:"The first 16 KiB; of what is not text only the size."`
	Status          int                     `json:"status,omitempty" doc:"Status of the answer; absent when there was none."`
	ResponseHeaders []IntegrationTestHeader `json:"responseHeaders,omitempty" doc:"Headers of the answer, by name."`
	ResponseBody    string                  `json:"responseBody,omitempty" doc:"As requestBody."`
	Error           string                  `json:"error,omitempty" doc:"Why there was no answer, or no whole one."`
}

// IntegrationTestHeader is one header line.
type IntegrationTestHeader struct {
	Name  string `json:"name" doc:"Name of the header."`
	Value string `json:"value" doc:"Its value; of one that holds a credential only the length."`
}

type (
	testOutput struct {
		Body IntegrationTest
	}
	testResultOutput struct {
		Body IntegrationTestResult
	}
)

// TestPath names a test in a path.
type TestPath struct {
	IntegrationPath
	TestID string `path:"testId" doc:"The test's id."`
}

// startTest begins a test of an integration, as it is set up now.
func (a *API) startTest(ctx context.Context, in *struct {
	IntegrationPath
	Body IntegrationTestStart
}) (*testOutput, error) {
	begun, err := a.Journey.StartTrial(ctx, auth.From(ctx).Instance, in.Key, in.Body.Inputs)
	if err != nil {
		return nil, err
	}
	return &testOutput{IntegrationTest{ID: begun.ID, URL: begun.URL}}, nil
}

// getTest tells what a test has shown so far.
func (a *API) getTest(ctx context.Context, in *TestPath) (*testResultOutput, error) {
	id, err := bowline.ParseID(in.TestID)
	if err != nil {
		return nil, link.ErrNotFound
	}
	found, err := a.Journey.TrialResult(ctx, auth.From(ctx).Instance, in.Key, id)
	if err != nil {
		return nil, err
	}
	shown := IntegrationTestResult{
		ID: id, Status: string(found.Status), Steps: []IntegrationTestStep{}, Hops: []IntegrationTestHop{}, Dropped: found.Dropped,
	}
	for _, step := range found.Steps {
		step.Detail = rest.Said(ctx, step.Detail)
		shown.Steps = append(shown.Steps, IntegrationTestStep(step))
	}
	for _, hop := range found.Hops {
		shown.Hops = append(shown.Hops, IntegrationTestHop{
			At: hop.At, Milliseconds: float64(hop.Took) / float64(time.Millisecond), Kind: hop.Kind, Method: hop.Method, URL: hop.URL,
			RequestHeaders: testHeaders(hop.RequestHeaders), RequestBody: hop.RequestBody, Status: hop.Status,
			ResponseHeaders: testHeaders(hop.ResponseHeaders), ResponseBody: hop.ResponseBody, Error: hop.Error,
		})
	}
	return &testResultOutput{shown}, nil
}

func testHeaders(from []trace.Header) []IntegrationTestHeader {
	var shown []IntegrationTestHeader
	for _, header := range from {
		shown = append(shown, IntegrationTestHeader(header))
	}
	return shown
}
