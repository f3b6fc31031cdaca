/** What the picture shows: an invoice. A test holds that the picture below is drawn from it. */
export const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="60" viewBox="0 0 96 60">
  <rect width="96" height="60" rx="6" fill="#1f4e5f"/>
  <path d="M32 10h24l8 8v32H32z" fill="#fff"/>
  <path d="M56 10v8h8z" fill="#9fc1cc"/>
  <path d="M38 26h20v3H38zm0 7h20v3H38zm0 7h12v3H38z" fill="#1f4e5f"/>
</svg>`;

const picture = [
  'iVBORw0KGgoAAAANSUhEUgAAAGAAAAA8BAMAAABr+qKHAAAAKlBMVEVMaXEeTV4eTV8eTV4eTV4kSG0cS14qVVUeTl4eTl8fTl//',
  '//+fwcybt8EaPcS3AAAACnRSTlMAyPPPbAcbBtBuXr9zrgAAAAlwSFlzAAALEwAACxMBAJqcGAAAAJJJREFUSMdjYIgUWkU0UJzK',
  'wMDWtYoEsDiBIWIVScCUYRZpGpYwSJGmYSGDFmkaFjGsIhEMBQ27kcAtUjWcJVXDmVukajhLqgYsVhDQcJZUDZhWENJwliQNIDCq',
  'YcA04OAMpIbRYB0NVryeHlQaRosZ6msYim0NkhtYJDfhSG4kBpOmwZyBzYrEhi5DCSlNaXcGAPJ5kp6E8kOVAAAAAElFTkSuQmCC',
];

/** The picture of payment product 9000, PNG, 96 by 60. */
export const logo: Uint8Array = Buffer.from(picture.join(''), 'base64');
