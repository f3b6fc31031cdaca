import { graphql } from '../graphql.ts';

/** The customer in our words, as far as Valomnia can say it. */
export const customerFields = graphql(`
  fragment ValomniaCustomer on Customer {
    numericId
    version
    reference
    reference2
    name
    category {
      numericId
      reference
      name
    }
    isSubcustomer
    parent {
      numericId
      reference
      name
    }
    billWithParent
    segmentation {
      numericId
      reference
      name
    }
    email
    logo {
      path
    }
    phone
    mobile
    fax
    comment
    barcode
    shippingSameAsBilling
    billingAddress {
      line1
      postalCode
      city
      country
      latitude
      longitude
    }
    shippingAddress {
      line1
      postalCode
      city
      country
      latitude
      longitude
    }
    isCredit
    creditLimit
    balance
    isActive
    onHold
    onHoldReason
    createdBy {
      numericId
      reference
    }
    paymentTerms {
      days
      start
    }
    paymentTypes {
      numericId
      reference
      name
    }
    website
    taxNumber
    company {
      organizationNumber
    }
    contacts {
      numericId
      firstName
      lastName
    }
    currency
    risk
    riskColor
    createdAt
    updatedAt
    region {
      numericId
      name
    }
  }
`);
