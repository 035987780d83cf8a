package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// getAuthFlowCSV is the same as a table for spreadsheets: one figure a line, in
// English and with points as decimals, wherever it is opened.
func (a *API) getAuthFlowCSV(ctx context.Context, in *authFlowInput) (*authFlowCSVOutput, error) {
	flow, err := a.authFlow(ctx, in)
	if err != nil {
		return nil, err
	}
	return &authFlowCSVOutput{
		ContentType: "text/csv; charset=utf-8",
		Disposition: `attachment; filename="auth-flow-` + flow.From + `-` + flow.To + `.csv"`,
		Body:        flow.csv(),
	}, nil
}

func (f AuthFlow) csv() []byte {
	rows := [][]string{{"figure", "sourceType", "of", "began", "started", "succeeded", "completed", "visits", "ratePercent"}}
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	rate := func(r float64) string { return strconv.FormatFloat(r, 'f', -1, 64) }
	for _, c := range f.Categories {
		total := []string{"total", string(c.SourceType), f.From + "/" + f.To, count(c.Began), count(c.Started), count(c.Succeeded), "", "", ""}
		if c.Rate != nil {
			total[len(total)-1] = rate(*c.Rate)
		}
		rows = append(rows, total)
		for _, i := range c.Integrations {
			rows = append(rows, []string{"integration", string(c.SourceType), i.Name, "", count(i.Started), count(i.Succeeded), "", "", ""})
		}
		for _, d := range c.Devices {
			rows = append(rows, []string{"device", string(c.SourceType), d.Device, count(d.Began), count(d.Started), count(d.Succeeded), "", "", ""})
		}
		for _, l := range c.Locales {
			rows = append(rows, []string{"locale", string(c.SourceType), l.Locale, count(l.Began), count(l.Started), count(l.Succeeded), "", "", ""})
		}
		for _, w := range c.Causes {
			rows = append(rows, []string{"cause", string(c.SourceType), string(w.Cause), "", "", "", "", count(w.Count), ""})
		}
	}
	for _, w := range f.Weeks {
		rows = append(rows, []string{"week", string(w.SourceType), w.Week, "", count(w.Started), "", count(w.Completed), "", rate(w.Rate)})
	}
	var text bytes.Buffer
	text.WriteString("\uFEFF") // or spreadsheets take it for another encoding
	out := csv.NewWriter(&text)
	out.UseCRLF = true // RFC 4180
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		_ = out.Write(row) // into memory: it cannot fail
	}
	out.Flush()
	return text.Bytes()
}

// tableOperation is the one whose answer is a table.
const tableOperation = "export-auth-flow"

// asTable documents an answer that is no JSON.
func asTable(r *huma.Response) {
	r.Content = map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
	delete(r.Headers, "Content-Type")
}

// harmless keeps a spreadsheet from taking a cell for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
