// How many customers each demo organization has now.
for (const place of document.querySelectorAll('[data-count]')) {
  fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${place.dataset.count}` },
    body: JSON.stringify({ query: '{ customers(first: 1) { totalCount { value } } }' }),
  })
    .then((response) => response.json())
    .then(({ data }) => {
      place.textContent = data.customers.totalCount.value.toLocaleString('en');
    })
    .catch(() => {
      place.textContent = 'Some';
    });
}
