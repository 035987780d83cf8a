package api

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// ProductPath are the parameters of everything about one product of a company.
type ProductPath struct {
	CompanyPath
	Product string `path:"productIdentifier" doc:"Identifier of a product, such as lending."`
}

// ProductRefresh is the optional body of a refresh.
type ProductRefresh struct {
	DataTypes []string `json:"dataTypes,omitempty" doc:"Data types to refresh; all of the product's when absent."`
}

// addProduct enables a product; one that is enabled stays so, without an event.
func (a *API) addProduct(ctx context.Context, in *ProductPath) (*struct{}, error) {
	return a.changeProducts(ctx, in, bowline.CompanyProductAdded, func(products []string) []string {
		if slices.Contains(products, in.Product) {
			return products
		}
		return append(slices.Clone(products), in.Product)
	})
}

// removeProduct disables a product; one that is not enabled stays so, without
// an event.
func (a *API) removeProduct(ctx context.Context, in *ProductPath) (*struct{}, error) {
	return a.changeProducts(ctx, in, bowline.CompanyProductRemoved, func(products []string) []string {
		return slices.DeleteFunc(slices.Clone(products), func(id string) bool { return id == in.Product })
	})
}

// changeProducts stores the products that change makes of the present ones,
// with the event that goes with a difference, in one transaction.
func (a *API) changeProducts(ctx context.Context, in *ProductPath, t bowline.EventType, change func([]string) []string) (*struct{}, error) {
	product, err := findProduct(in.Product)
	if err != nil {
		return nil, err
	}
	now := a.Now().UTC()
	_, err = a.changeCompany(ctx, in.CompanyPath, bowline.Relations{}, func(tx *store.Tx, c *bowline.Company) error {
		before := len(c.Products)
		c.Products = change(c.Products)
		if len(c.Products) == before {
			return nil
		}
		event, err := bowline.NewProductEvent(t, *c, product, now)
		if err != nil {
			return err
		}
		return tx.AppendEvent(ctx, event)
	})
	return nil, err
}

// refreshProduct refuses: refreshing reads data through a product's own
// pipeline, and the standard products that Bowline knows have none
// (platform-api section 1.3).
func (a *API) refreshProduct(ctx context.Context, in *struct {
	ProductPath
	Body *ProductRefresh
}) (*struct{}, error) {
	product, err := findProduct(in.Product)
	if err != nil {
		return nil, err
	}
	if _, err := a.readCompany(ctx, in.CompanyPath); err != nil {
		return nil, err
	}
	return nil, bowline.Errorf(bowline.CodeInvalid, "%s is a standard product; its data is refreshed by data type, not as a whole.", product.Name)
}

func findProduct(id string) (bowline.Product, error) {
	product, ok := bowline.FindProduct(id)
	if !ok {
		return product, bowline.Errorf(bowline.CodeNotFound, "No product exists with this identifier")
	}
	return product, nil
}
