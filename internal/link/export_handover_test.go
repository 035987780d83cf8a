package link

import "github.com/bowline/bowline"

// Steps are all screens of which actions can be taken, each with its actions.
func Steps() map[Step][]string {
	all := map[Step][]string{}
	for step, actions := range steps {
		for action := range actions {
			all[step] = append(all[step], action)
		}
		all[step] = append(all[step], ActLanguage)
	}
	return all
}

// Reach is what a forged flow could name.
type Reach struct {
	Instance, Company, Connection, Authorization, HandOver bowline.ID
	Integration                                            string
}

// HelperFlow seals a proof that no screen gives a helper.
func (s *Service) HelperFlow(step Step, helper bowline.ID, r Reach) (string, error) {
	return s.sealProof(proof{
		Instance: r.Instance, Company: r.Company, Connection: r.Connection, Authorization: r.Authorization,
		HandOver: r.HandOver, Integration: r.Integration, SourceType: bowline.Accounting, Step: step,
		Since: s.Now(), Visit: visit{Helper: helper},
	})
}
