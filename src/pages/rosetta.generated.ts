import type { Rosetta } from './rosetta-find.ts';

/** What a customer with a value of its own in every field showed in every tongue; made by `npm run generate`. */
export const rosetta: Rosetta = {
  "places": {
    "graphql": {
      "reference": [
        "reference"
      ],
      "customerNumber": [
        "customerNumber"
      ],
      "kind": [
        "kind"
      ],
      "name": [
        "name"
      ],
      "person.firstName": [
        "person.firstName"
      ],
      "person.middleName": [
        "person.middleName"
      ],
      "person.lastName": [
        "person.lastName"
      ],
      "company.name": [
        "company.name"
      ],
      "company.department": [
        "company.department"
      ],
      "company.organizationNumber": [
        "company.organizationNumber"
      ],
      "emails.0": [
        "emails.0"
      ],
      "emails.1": [
        "emails.1"
      ],
      "invoiceEmail": [
        "invoiceEmail"
      ],
      "phones.0.number": [
        "phones.0.number"
      ],
      "phones.0.e164": [
        "phones.0.number"
      ],
      "phones.0.kind": [
        "phones.0.kind"
      ],
      "phones.1.number": [
        "phones.1.number"
      ],
      "phones.1.e164": [
        "phones.1.number"
      ],
      "phones.1.kind": [
        "phones.1.kind"
      ],
      "billingAddress.line1": [
        "billingAddress.line1"
      ],
      "billingAddress.line2": [
        "billingAddress.line2"
      ],
      "billingAddress.careOf": [
        "billingAddress.careOf"
      ],
      "billingAddress.street": [
        "billingAddress.street"
      ],
      "billingAddress.streetNumber": [
        "billingAddress.streetNumber"
      ],
      "billingAddress.entrance": [
        "billingAddress.entrance"
      ],
      "billingAddress.postalCode": [
        "billingAddress.postalCode"
      ],
      "billingAddress.city": [
        "billingAddress.city"
      ],
      "billingAddress.country": [
        "billingAddress.country"
      ],
      "billingAddress.latitude": [
        "billingAddress.latitude"
      ],
      "billingAddress.longitude": [
        "billingAddress.longitude"
      ],
      "shippingAddress.line1": [
        "shippingAddress.line1"
      ],
      "shippingAddress.postalCode": [
        "shippingAddress.postalCode"
      ],
      "shippingAddress.city": [
        "shippingAddress.city"
      ],
      "shippingAddress.country": [
        "shippingAddress.country"
      ],
      "language": [
        "language"
      ],
      "currency": [
        "currency"
      ],
      "creditLimit": [
        "creditLimit"
      ],
      "balance": [
        "balance"
      ],
      "paymentTerms.days": [
        "paymentTerms.days"
      ],
      "taxNumber": [
        "taxNumber"
      ],
      "risk": [
        "risk"
      ],
      "riskColor": [
        "riskColor"
      ],
      "riskScore": [
        "riskScore"
      ],
      "onHoldReason": [
        "onHoldReason"
      ],
      "reference2": [
        "reference2"
      ],
      "barcode": [
        "barcode"
      ],
      "comment": [
        "comment"
      ],
      "website": [
        "website"
      ],
      "productCodes.0": [
        "productCodes.0"
      ],
      "category.reference": [
        "category.reference"
      ],
      "category.name": [
        "category.name"
      ],
      "segmentation.reference": [
        "segmentation.reference"
      ],
      "segmentation.name": [
        "segmentation.name"
      ],
      "paymentTypes.0.reference": [
        "paymentTypes.0.reference"
      ],
      "paymentTypes.0.name": [
        "paymentTypes.0.name"
      ],
      "shippingSameAsBilling": [
        "shippingSameAsBilling"
      ],
      "isCredit": [
        "isCredit"
      ],
      "existingCustomer": [
        "existingCustomer"
      ],
      "isActive": [
        "isActive"
      ],
      "onHold": [
        "onHold"
      ],
      "billWithParent": [
        "billWithParent"
      ]
    },
    "valomnia": {
      "reference": [
        "reference"
      ],
      "reference2": [
        "reference2"
      ],
      "name": [
        "name"
      ],
      "categoryReference": [
        "category.reference"
      ],
      "customerCategory.reference": [
        "category.reference"
      ],
      "customerCategory.name": [
        "category.name"
      ],
      "customerSegmentationReference": [
        "segmentation.reference"
      ],
      "customerSegmentation.reference": [
        "segmentation.reference"
      ],
      "customerSegmentation.name": [
        "segmentation.name"
      ],
      "email": [
        "emails.0"
      ],
      "phone": [
        "phones.0.number"
      ],
      "mobile": [
        "phones.0.number"
      ],
      "fax": [
        "phones.1.number"
      ],
      "comment": [
        "comment"
      ],
      "barcode": [
        "barcode"
      ],
      "billingCountry": [
        "billingAddress.country"
      ],
      "billingCity": [
        "billingAddress.city"
      ],
      "billingPostalCode": [
        "billingAddress.postalCode"
      ],
      "billingAddress": [
        "billingAddress.line1"
      ],
      "billingLat": [
        "billingAddress.latitude"
      ],
      "billingLng": [
        "billingAddress.longitude"
      ],
      "country": [
        "shippingAddress.country"
      ],
      "city": [
        "shippingAddress.city"
      ],
      "postalCode": [
        "shippingAddress.postalCode"
      ],
      "address": [
        "shippingAddress.line1"
      ],
      "creditLimit": [
        "creditLimit"
      ],
      "balance": [
        "balance"
      ],
      "onHoldReason": [
        "onHoldReason"
      ],
      "dueDateConfigNumber": [
        "paymentTerms.days"
      ],
      "paymentTypes.0.reference": [
        "paymentTypes.0.reference"
      ],
      "paymentTypes.0.name": [
        "paymentTypes.0.name"
      ],
      "website": [
        "website"
      ],
      "taxNumber": [
        "taxNumber"
      ],
      "companyRegistrationNumber": [
        "company.organizationNumber"
      ],
      "currency": [
        "currency"
      ],
      "customerRisk": [
        "risk"
      ],
      "customerRiskColor": [
        "riskColor"
      ],
      "isSameAddress": [
        "shippingSameAsBilling"
      ],
      "isCredit": [
        "isCredit"
      ],
      "isActive": [
        "isActive"
      ],
      "onHold": [
        "onHold"
      ],
      "billWithParent": [
        "billWithParent"
      ]
    },
    "riverty": {
      "customerNumber": [
        "reference"
      ],
      "type": [
        "kind"
      ],
      "person.firstName": [
        "person.firstName"
      ],
      "person.lastName": [
        "person.lastName"
      ],
      "company.name": [
        "company.name"
      ],
      "company.organizationNumber": [
        "company.organizationNumber"
      ],
      "phoneNumber": [
        "phones.0.number"
      ],
      "email": [
        "emails.0"
      ],
      "address.addressLine": [
        "billingAddress.line1"
      ],
      "address.addressLine2": [
        "billingAddress.line2"
      ],
      "address.postalCode": [
        "billingAddress.postalCode"
      ],
      "address.postalPlace": [
        "billingAddress.city"
      ],
      "address.countryCode": [
        "billingAddress.country"
      ]
    },
    "connect": {
      "customerNumber": [
        "customerNumber"
      ],
      "name.firstName": [
        "person.firstName"
      ],
      "name.middleName": [
        "person.middleName"
      ],
      "name.lastName": [
        "person.lastName"
      ],
      "name.companyName": [
        "company.name"
      ],
      "name.departmentName": [
        "company.department"
      ],
      "phoneNumbers.0.phoneNumber": [
        "phones.0.number"
      ],
      "phoneNumbers.0.phoneNumberType": [
        "phones.0.kind"
      ],
      "emails.0": [
        "emails.0"
      ],
      "emails.1": [
        "emails.1"
      ],
      "invoiceEmailAddress": [
        "invoiceEmail"
      ]
    },
    "worldline": {
      "firstName": [
        "person.firstName"
      ],
      "surname": [
        "person.lastName"
      ],
      "street": [
        "billingAddress.line1"
      ],
      "zip": [
        "billingAddress.postalCode"
      ],
      "city": [
        "billingAddress.city"
      ],
      "country": [
        "billingAddress.country"
      ],
      "emailAddress": [
        "emails.0"
      ],
      "phoneNumber": [
        "phones.0.number"
      ],
      "languageCode": [
        "language"
      ]
    }
  },
  "sample": {
    "graphql": {
      "reference": "NC-7081",
      "customerNumber": 563881,
      "kind": "PERSON",
      "name": "Fjordlys Handel",
      "person": {
        "firstName": "Ingrid",
        "middleName": "Marie",
        "lastName": "Solberg"
      },
      "company": {
        "name": "Nordvik Trelast",
        "department": "Purchasing",
        "organizationNumber": "974760673"
      },
      "emails": [
        "ingrid@nordvik.example",
        "second@nordvik.example"
      ],
      "invoiceEmail": "invoices@nordvik.example",
      "phones": [
        {
          "number": "412 34 567",
          "e164": "+4741234567",
          "kind": "mobile"
        },
        {
          "number": "22 33 44 55",
          "e164": "+4722334455",
          "kind": "fax"
        }
      ],
      "billingAddress": {
        "line1": "Storgata 47C",
        "line2": "Second floor",
        "careOf": "Kari Lunde",
        "street": "Storgata",
        "streetNumber": 47,
        "entrance": "C",
        "postalCode": "0184",
        "city": "Oslo",
        "country": "NO",
        "latitude": 59.913,
        "longitude": 10.752
      },
      "shippingAddress": {
        "line1": "Havnegatan 3",
        "postalCode": "411 07",
        "city": "Göteborg",
        "country": "SE"
      },
      "shippingSameAsBilling": false,
      "language": "nb",
      "currency": "EUR",
      "creditLimit": "5012",
      "balance": "731.5",
      "isCredit": true,
      "paymentTerms": {
        "days": 37
      },
      "taxNumber": "NO 998877665",
      "risk": "Watched",
      "riskColor": "#A1B2C3",
      "riskScore": "7.25",
      "existingCustomer": true,
      "isActive": true,
      "onHold": false,
      "onHoldReason": "Awaiting papers",
      "reference2": "ERP-5520",
      "barcode": "7035620025037",
      "comment": "Delivers before noon",
      "website": "https://shop.example/ingrid",
      "productCodes": [
        "PREMIUM"
      ],
      "billWithParent": false,
      "category": {
        "reference": "timber",
        "name": "Timber and boards"
      },
      "segmentation": {
        "reference": "key",
        "name": "Key accounts"
      },
      "paymentTypes": [
        {
          "reference": "inv37",
          "name": "Invoice, later"
        }
      ]
    },
    "valomnia": {
      "id": 1,
      "reference": "NC-7081",
      "reference2": "ERP-5520",
      "name": "Fjordlys Handel",
      "categoryReference": "timber",
      "customerCategory": {
        "id": 1,
        "reference": "timber",
        "name": "Timber and boards",
        "href": "/api/v1.0/customerCategories/1"
      },
      "isSubCustomer": false,
      "parentCustomer": null,
      "billWithParent": false,
      "customerSegmentationReference": "key",
      "customerSegmentation": {
        "id": 1,
        "reference": "key",
        "name": "Key accounts",
        "href": "/api/v1.0/customerSegmentations/1"
      },
      "pocTenus": null,
      "email": "ingrid@nordvik.example",
      "logo": null,
      "phone": "412 34 567",
      "mobile": "412 34 567",
      "fax": "22 33 44 55",
      "comment": "Delivers before noon",
      "barcode": "7035620025037",
      "isSameAddress": false,
      "billingCountry": "NO",
      "billingCity": "Oslo",
      "billingPostalCode": "0184",
      "billingAddress": "Storgata 47C",
      "billingLat": 59.913,
      "billingLng": 10.752,
      "country": "SE",
      "city": "Göteborg",
      "postalCode": "411 07",
      "address": "Havnegatan 3",
      "latitude": null,
      "longitude": null,
      "isCredit": true,
      "creditLimit": 5012,
      "balance": 731.5,
      "maxChequePeriod": null,
      "maxChequeValue": null,
      "appliedCashBackOutput": null,
      "returnDiscount": null,
      "invoicesPerRoute": null,
      "isActive": true,
      "onHold": false,
      "onHoldReason": "Awaiting papers",
      "paymentTerm": null,
      "createdBy": {
        "userId": 1,
        "reference": "admin",
        "href": "/api/v1.0/users/1"
      },
      "dueDateConfigNumber": 37,
      "dueDateConfigType": null,
      "paymentTypes": [
        {
          "id": 1,
          "reference": "inv37",
          "name": "Invoice, later",
          "href": "/api/v1.0/paymentTypes/1"
        }
      ],
      "website": "https://shop.example/ingrid",
      "taxNumber": "NO 998877665",
      "companyRegistrationNumber": "974760673",
      "contacts": [],
      "currency": "EUR",
      "customerRisk": "Watched",
      "customerRiskColor": "#A1B2C3",
      "organization": "your-organization",
      "dateCreated": "2026-01-01T08:00:00Z",
      "lastUpdated": "2026-01-01T08:00:00Z"
    },
    "riverty": {
      "_links": [
        {
          "href": "https://clientele.example/v1/clients/{clientId}/customers/NC-7081",
          "rel": "_self",
          "method": "GET"
        },
        {
          "href": "https://clientele.example/v1/clients/{clientId}/customers/NC-7081",
          "rel": "check_customer",
          "method": "HEAD"
        },
        {
          "href": "https://clientele.example/v1/clients/{clientId}/customers/NC-7081",
          "rel": "update_customer",
          "method": "PUT"
        },
        {
          "href": "https://clientele.example/v1/clients/{clientId}/customers/search?page={Page}&perPage={PerPage}&sort={byFieldName}&order={ASC/DESC}",
          "rel": "search_customer_by_field",
          "method": "POST"
        }
      ],
      "customerNumber": "NC-7081",
      "type": "Person",
      "person": {
        "firstName": "Ingrid",
        "lastName": "Solberg"
      },
      "company": {
        "name": "Nordvik Trelast",
        "organizationNumber": "974760673"
      },
      "phoneNumber": "+4741234567",
      "email": "ingrid@nordvik.example",
      "paymentMeans": {
        "paymentId": "1"
      },
      "address": {
        "addressLine": "Storgata 47C",
        "addressLine2": "Second floor",
        "postalCode": "0184",
        "postalPlace": "Oslo",
        "countryCode": "NO"
      }
    },
    "connect": {
      "customerNumber": 563881,
      "name": {
        "firstName": "Ingrid",
        "middleName": "Marie",
        "lastName": "Solberg",
        "companyName": "Nordvik Trelast",
        "departmentName": "Purchasing"
      },
      "phoneNumbers": [
        {
          "phoneNumber": "+4741234567",
          "phoneNumberType": "mobile"
        }
      ],
      "emails": [
        "ingrid@nordvik.example",
        "second@nordvik.example"
      ],
      "invoiceEmailAddress": "invoices@nordvik.example",
      "attachedUsers": []
    },
    "worldline": {
      "firstName": "Ingrid",
      "surname": "Solberg",
      "street": "Storgata 47C",
      "zip": "0184",
      "city": "Oslo",
      "country": "NO",
      "emailAddress": "ingrid@nordvik.example",
      "phoneNumber": "412 34 567",
      "languageCode": "nb"
    }
  }
};
