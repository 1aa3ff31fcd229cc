/*
 * A small PKCS#11 module for tests: one reader, one card whose content is a text file made at run time.
 * The variable TE_TEST_TOKEN names that file; while a file of that name and ".removed" exists, the reader
 * is empty. One source for Windows and Linux:
 *
 *   x86_64-w64-mingw32-gcc -O2 -shared -static -o card.dll pkcs11-dll.c
 *   cc -O2 -shared -fPIC -o card.so pkcs11-dll.c
 *
 * Lines of the file: `pin HEX` (each digit XOR 0x55, so that the PIN itself is
 * nowhere in this module), `cert ID LABEL-HEX VALUE-HEX`, `key ID LABEL-HEX N-HEX D-HEX`,
 * `data SECRET LABEL-HEX VALUE-HEX`, `fault WHAT NUMBER`. Keys are RSA of 2048 bits. A fault is
 * `ckr:FUNCTION` (the answer of that function), `crash:FUNCTION`, `stack` (KiB that C_Sign uses), or a number that lies: `slots`,
 * `found`, `attribute`, `signature`, `version`, `list`, `hole`.
 *
 * The arithmetic is short and not hardened: nothing here is for a real key.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
#pragma pack(push, 1)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef unsigned char CK_BYTE;

typedef struct { CK_BYTE major, minor; } CK_VERSION;
typedef struct { CK_BYTE description[64], manufacturer[32]; CK_ULONG flags; CK_VERSION hardware, firmware; } CK_SLOT_INFO;
typedef struct {
  CK_BYTE label[32], manufacturer[32], model[16], serial[16];
  CK_ULONG flags, limits[10];
  CK_VERSION hardware, firmware;
  CK_BYTE utcTime[16];
} CK_TOKEN_INFO;
typedef struct { CK_ULONG slot, state, flags, deviceError; } CK_SESSION_INFO;
typedef struct { CK_ULONG type; void *value; CK_ULONG length; } CK_ATTRIBUTE;
typedef struct { CK_ULONG mechanism; void *parameter; CK_ULONG length; } CK_MECHANISM;
typedef struct { void *mutexes[4]; CK_ULONG flags; void *reserved; } CK_C_INITIALIZE_ARGS;
typedef struct { CK_VERSION version; void *functions[68]; } CK_FUNCTION_LIST;
#ifdef _WIN32
#pragma pack(pop)
#endif

#define SLOT 7
#define LIMBS 64
#define MAX_OBJECTS 64
#define UNAVAILABLE (~(CK_ULONG)0)

/* ---- the card ---- */

typedef struct {
  CK_ULONG class;
  int secret;
  CK_BYTE id[2];
  CK_BYTE *label, *value, *modulus, *exponent;
  CK_ULONG labelLength, valueLength;
} Object;

static Object objects[MAX_OBJECTS];
static int objectCount;
static CK_BYTE *pin;
static CK_ULONG pinLength;
static char faultNames[32][64];
static unsigned long long faultValues[32];
static int faultCount;

/* Asked of the system: the C library of Windows keeps a copy made at the start of the program. */
static const char *cardFile(void) {
#ifdef _WIN32
  static char path[1024];
  return GetEnvironmentVariableA("TE_TEST_TOKEN", path, sizeof path) ? path : NULL;
#else
  return getenv("TE_TEST_TOKEN");
#endif
}

static CK_BYTE *unhex(const char *text, CK_ULONG *length) {
  CK_ULONG n = strlen(text) / 2;
  CK_BYTE *bytes = malloc(n + 1);
  for (CK_ULONG i = 0; i < n; i++) {
    unsigned value;
    sscanf(text + 2 * i, "%2x", &value);
    bytes[i] = (CK_BYTE)value;
  }
  *length = n;
  return bytes;
}

static void addObject(CK_ULONG class, int secret, unsigned id, const char *label) {
  Object *object = &objects[objectCount++];
  memset(object, 0, sizeof *object);
  object->class = class;
  object->secret = secret;
  object->id[1] = (CK_BYTE)id;
  object->label = unhex(label, &object->labelLength);
}

static void readCard(void) {
  static char line[32768], a[64], b[1024], c[16384], d[4096];
  const char *path = cardFile();
  FILE *file = path ? fopen(path, "r") : NULL;
  objectCount = faultCount = 0;
  pinLength = 0;
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    unsigned id;
    CK_ULONG ignored;
    if (sscanf(line, "pin %63s", a) == 1) {
      pin = unhex(a, &pinLength);
    } else if (sscanf(line, "cert %x %1023s %16383s", &id, b, c) == 3 && objectCount < MAX_OBJECTS) {
      addObject(1, 0, id, b);
      objects[objectCount - 1].value = unhex(c, &objects[objectCount - 1].valueLength);
    } else if (sscanf(line, "key %x %1023s %16383s %4095s", &id, b, c, d) == 4 && objectCount < MAX_OBJECTS) {
      addObject(3, 1, id, b);
      objects[objectCount - 1].modulus = unhex(c, &ignored);
      objects[objectCount - 1].exponent = unhex(d, &ignored);
    } else if (sscanf(line, "data %x %1023s %16383s", &id, b, c) == 3 && objectCount < MAX_OBJECTS) {
      addObject(0, (int)id, 0, b);
      objects[objectCount - 1].value = unhex(c, &objects[objectCount - 1].valueLength);
    } else if (sscanf(line, "fault %63s %4095s", a, d) == 2 && faultCount < 32) {
      strcpy(faultNames[faultCount], a);
      faultValues[faultCount++] = strtoull(d, NULL, 0);
    }
  }
  fclose(file);
}

static int removed(void) {
  char path[2048];
  const char *token = cardFile();
  FILE *file;
  snprintf(path, sizeof path, "%s.removed", token ? token : "");
  file = fopen(path, "r");
  if (file) fclose(file);
  return file != NULL;
}

static int fault(const char *name, unsigned long long *value) {
  for (int i = 0; i < faultCount; i++) {
    if (strcmp(faultNames[i], name) == 0) {
      *value = faultValues[i];
      return 1;
    }
  }
  return 0;
}

/* ---- RSA-2048 with SHA-256, PKCS#1 v1.5 ---- */

static void sha256(const CK_BYTE *data, size_t length, CK_BYTE *digest) {
  static const uint32_t k[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
      0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
      0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
      0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
      0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
      0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
  uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  size_t padded = (length + 9 + 63) / 64 * 64;
  CK_BYTE *message = calloc(1, padded);
  memcpy(message, data, length);
  message[length] = 0x80;
  for (int i = 0; i < 8; i++) message[padded - 1 - i] = (CK_BYTE)(((uint64_t)length * 8) >> (8 * i));
#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
  for (size_t at = 0; at < padded; at += 64) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
      w[i] = (uint32_t)message[at + 4 * i] << 24 | (uint32_t)message[at + 4 * i + 1] << 16 | (uint32_t)message[at + 4 * i + 2] << 8 | message[at + 4 * i + 3];
    for (int i = 16; i < 64; i++)
      w[i] = w[i - 16] + w[i - 7] + (ROTATE(w[i - 15], 7) ^ ROTATE(w[i - 15], 18) ^ (w[i - 15] >> 3)) + (ROTATE(w[i - 2], 17) ^ ROTATE(w[i - 2], 19) ^ (w[i - 2] >> 10));
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
      uint32_t t1 = s[7] + (ROTATE(s[4], 6) ^ ROTATE(s[4], 11) ^ ROTATE(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
      uint32_t t2 = (ROTATE(s[0], 2) ^ ROTATE(s[0], 13) ^ ROTATE(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      memmove(s + 1, s, 7 * sizeof *s);
      s[4] += t1;
      s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
  }
  free(message);
  for (int i = 0; i < 32; i++) digest[i] = (CK_BYTE)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void fromBytes(uint32_t *number, const CK_BYTE *bytes) {
  for (int i = 0; i < LIMBS; i++) {
    const CK_BYTE *p = bytes + 4 * (LIMBS - 1 - i);
    number[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
  }
}

static int atLeast(const uint32_t *a, const uint32_t *b) {
  for (int i = LIMBS - 1; i >= 0; i--)
    if (a[i] != b[i]) return a[i] > b[i];
  return 1;
}

static void subtract(uint32_t *a, const uint32_t *b) {
  int64_t borrow = 0;
  for (int i = 0; i < LIMBS; i++) {
    int64_t t = (int64_t)a[i] - b[i] + borrow;
    a[i] = (uint32_t)t;
    borrow = t >> 32;
  }
}

/* r = a * b / 2^2048 mod n */
static void montgomery(uint32_t *r, const uint32_t *a, const uint32_t *b, const uint32_t *n, uint32_t inverse) {
  uint32_t t[LIMBS + 2] = {0};
  for (int i = 0; i < LIMBS; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < LIMBS; j++) {
      carry += (uint64_t)a[i] * b[j] + t[j];
      t[j] = (uint32_t)carry;
      carry >>= 32;
    }
    carry += t[LIMBS];
    t[LIMBS] = (uint32_t)carry;
    t[LIMBS + 1] = (uint32_t)(carry >> 32);
    uint32_t m = t[0] * inverse;
    carry = ((uint64_t)m * n[0] + t[0]) >> 32;
    for (int j = 1; j < LIMBS; j++) {
      carry += (uint64_t)m * n[j] + t[j];
      t[j - 1] = (uint32_t)carry;
      carry >>= 32;
    }
    carry += t[LIMBS];
    t[LIMBS - 1] = (uint32_t)carry;
    t[LIMBS] = t[LIMBS + 1] + (uint32_t)(carry >> 32);
  }
  if (t[LIMBS] || atLeast(t, n)) subtract(t, n);
  memcpy(r, t, LIMBS * sizeof *r);
}

static void rsaSign(const Object *key, const CK_BYTE *data, CK_ULONG length, CK_BYTE *signature) {
  static const CK_BYTE prefix[19] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  CK_BYTE block[256];
  memset(block, 0xff, sizeof block);
  block[0] = 0;
  block[1] = 1;
  block[256 - 52] = 0;
  memcpy(block + 256 - 51, prefix, sizeof prefix);
  sha256(data, length, block + 256 - 32);

  uint32_t n[LIMBS], base[LIMBS], result[LIMBS] = {0}, square[LIMBS] = {0}, one[LIMBS] = {1}, inverse = 1;
  fromBytes(n, key->modulus);
  fromBytes(base, block);
  for (int i = 0; i < 5; i++) inverse *= 2 - n[0] * inverse;
  inverse = ~inverse + 1;
  /* square = 2^4096 mod n, by doubling */
  square[0] = 1;
  for (int i = 0; i < 4096; i++) {
    uint32_t top = square[LIMBS - 1] >> 31;
    for (int j = LIMBS - 1; j > 0; j--) square[j] = square[j] << 1 | square[j - 1] >> 31;
    square[0] <<= 1;
    if (top || atLeast(square, n)) subtract(square, n);
  }
  montgomery(base, base, square, n, inverse);
  montgomery(result, one, square, n, inverse);
  for (int i = 0; i < 2048; i++) {
    montgomery(result, result, result, n, inverse);
    if (key->exponent[i / 8] & (0x80 >> (i % 8))) montgomery(result, result, base, n, inverse);
  }
  montgomery(result, result, one, n, inverse);
  for (int i = 0; i < 256; i++) signature[i] = (CK_BYTE)(result[LIMBS - 1 - i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- PKCS#11 ---- */

static int initialised, loggedIn, tries = 3, searching, searchAt;
static CK_ULONG session, nextSession = 1;
static CK_ULONG found[MAX_OBJECTS];
static int foundCount;
static const Object *signWith;

/* The fault of a function, else 0. */
static CK_RV enter(const char *name) {
  char key[64];
  unsigned long long value;
  snprintf(key, sizeof key, "crash:%s", name);
  if (fault(key, &value)) *(volatile int *)(uintptr_t)8 = 1;
  snprintf(key, sizeof key, "ckr:%s", name);
  if (fault(key, &value)) return (CK_RV)value;
  return initialised ? 0 : 0x190;
}

#define ENTER(name) do { CK_RV rv = enter(name); if (rv) return rv; } while (0)
#define SESSION(name, handle) do { ENTER(name); if (removed() || (handle) != session || session == 0) return 0xb3; } while (0)

static CK_RV initialize(CK_C_INITIALIZE_ARGS *args) {
  readCard();
  initialised = 1;
  ENTER("C_Initialize");
  if (args && args->reserved) return 0x7;
  /* Calls come from several threads of one program: locks of the system are asked for. */
  return args && (args->flags & 2) ? 0 : 0xa;
}
static CK_RV finalize(void *reserved) {
  if (reserved) return 0x7;
  ENTER("C_Finalize");
  initialised = loggedIn = 0;
  session = 0;
  return 0;
}
static CK_RV getSlotList(CK_BYTE present, CK_ULONG *list, CK_ULONG *count) {
  unsigned long long lie;
  ENTER("C_GetSlotList");
  CK_ULONG length = present && removed() ? 0 : 1;
  if (list && length && *count < length) return 0x150;
  if (list && length) list[0] = SLOT;
  *count = fault("slots", &lie) ? (CK_ULONG)lie : length;
  return 0;
}
static CK_RV getSlotInfo(CK_ULONG slot, CK_SLOT_INFO *info) {
  ENTER("C_GetSlotInfo");
  if (slot != SLOT) return 0x3;
  memset(info, ' ', sizeof *info);
  memcpy(info->description, "Lecteur de test \xc3\xa9", 18);
  info->flags = removed() ? 6 : 7;
  return 0;
}
static CK_RV getTokenInfo(CK_ULONG slot, CK_TOKEN_INFO *info) {
  ENTER("C_GetTokenInfo");
  if (slot != SLOT) return 0x3;
  if (removed()) return 0xe0;
  memset(info, ' ', sizeof *info);
  memset(info->limits, 0xff, sizeof info->limits);
  info->flags = 0x40d | (tries < 3 ? 0x10000 : 0) | (tries == 1 ? 0x20000 : 0) | (tries == 0 ? 0x40000 : 0);
  return 0;
}
static CK_RV openSession(CK_ULONG slot, CK_ULONG flags, void *application, void *notify, CK_ULONG *handle) {
  (void)application;
  (void)notify;
  ENTER("C_OpenSession");
  if (slot != SLOT) return 0x3;
  if (removed()) return 0xe0;
  if (!(flags & 4)) return 0xb4;
  session = nextSession++;
  loggedIn = searching = 0;
  signWith = NULL;
  *handle = session;
  return 0;
}
static CK_RV closeSession(CK_ULONG handle) {
  ENTER("C_CloseSession");
  if (handle != session) return 0xb3;
  session = 0;
  loggedIn = 0;
  return 0;
}
static CK_RV getSessionInfo(CK_ULONG handle, CK_SESSION_INFO *info) {
  SESSION("C_GetSessionInfo", handle);
  info->slot = SLOT;
  info->state = loggedIn ? 1 : 0;
  info->flags = 4;
  info->deviceError = 0;
  return 0;
}
/* The PIN is compared where it lies: what stays of it in memory is not the doing of this module. */
static CK_RV login(CK_ULONG handle, CK_ULONG user, const CK_BYTE *given, CK_ULONG length) {
  SESSION("C_Login", handle);
  if (user != 1) return 0x103;
  if (loggedIn) return 0x100;
  if (tries == 0) return 0xa4;
  if (!given || length != pinLength) return 0xa0;
  for (CK_ULONG i = 0; i < length; i++) {
    if ((given[i] ^ 0x55) != pin[i]) {
      tries--;
      return 0xa0;
    }
  }
  tries = 3;
  loggedIn = 1;
  return 0;
}
static CK_RV logout(CK_ULONG handle) {
  SESSION("C_Logout", handle);
  if (!loggedIn) return 0x101;
  loggedIn = 0;
  return 0;
}
/* 0 and the bytes of an attribute, or the reason why there are none. */
static CK_RV attributeOf(const Object *object, CK_ULONG type, const void **bytes, CK_ULONG *length) {
  switch (type) {
  case 0x0: *bytes = &object->class; *length = sizeof object->class; return 0;
  case 0x3: *bytes = object->label; *length = object->labelLength; return 0;
  case 0x11: *bytes = object->value; *length = object->valueLength; return object->class == 3 ? 0x11 : 0;
  case 0x102: *bytes = object->id; *length = sizeof object->id; return object->class == 0 ? 0x12 : 0;
  default: return 0x12;
  }
}
static CK_RV findObjectsInit(CK_ULONG handle, const CK_ATTRIBUTE *template, CK_ULONG count) {
  SESSION("C_FindObjectsInit", handle);
  if (searching) return 0x90;
  searching = 1;
  searchAt = foundCount = 0;
  for (int i = 0; i < objectCount; i++) {
    int fits = !objects[i].secret || loggedIn;
    for (CK_ULONG j = 0; fits && j < count; j++) {
      const void *bytes;
      CK_ULONG length;
      fits = attributeOf(&objects[i], template[j].type, &bytes, &length) == 0 && length == template[j].length && memcmp(bytes, template[j].value, length) == 0;
    }
    if (fits) found[foundCount++] = (CK_ULONG)i + 1;
  }
  return 0;
}
static CK_RV findObjects(CK_ULONG handle, CK_ULONG *list, CK_ULONG most, CK_ULONG *count) {
  unsigned long long lie;
  CK_ULONG given = 0;
  SESSION("C_FindObjects", handle);
  if (!searching) return 0x91;
  while (given < most && searchAt < foundCount) list[given++] = found[searchAt++];
  *count = fault("found", &lie) ? (CK_ULONG)lie : given;
  return 0;
}
static CK_RV findObjectsFinal(CK_ULONG handle) {
  SESSION("C_FindObjectsFinal", handle);
  searching = 0;
  return 0;
}
static CK_RV getAttributeValue(CK_ULONG handle, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count) {
  SESSION("C_GetAttributeValue", handle);
  if (object == 0 || object > (CK_ULONG)objectCount) return 0x82;
  CK_RV answer = 0;
  for (CK_ULONG i = 0; i < count; i++) {
    const void *bytes;
    unsigned long long lie;
    CK_ULONG length;
    CK_RV rv = attributeOf(&objects[object - 1], template[i].type, &bytes, &length);
    if (rv) {
      template[i].length = UNAVAILABLE;
      answer = rv;
      continue;
    }
    if (template[i].value && template[i].length < length) {
      template[i].length = UNAVAILABLE;
      answer = 0x150;
      continue;
    }
    if (template[i].value) memcpy(template[i].value, bytes, length);
    template[i].length = template[i].type == 0x11 && fault("attribute", &lie) ? (CK_ULONG)lie : length;
    if (template[i].value && fault("attribute-later", &lie)) template[i].length = (CK_ULONG)lie;
  }
  return answer;
}
static CK_RV signInit(CK_ULONG handle, const CK_MECHANISM *mechanism, CK_ULONG key) {
  SESSION("C_SignInit", handle);
  if (signWith) return 0x90;
  if (mechanism->mechanism != 0x40 || mechanism->parameter || mechanism->length) return 0x70;
  if (!loggedIn) return 0x101;
  if (key == 0 || key > (CK_ULONG)objectCount || objects[key - 1].class != 3) return 0x60;
  signWith = &objects[key - 1];
  return 0;
}
/* Uses so many KiB of stack, a page at a time, as deep calls do. The frame of the caller is passed on, so that no
 * compiler turns this into a loop. */
static int useStack(unsigned long long kib, volatile char *outer) {
  volatile char bytes[4096];
  for (int i = 0; i < 4096; i += 512) bytes[i] = (char)(kib + outer[i]);
  return kib <= 4 ? bytes[0] : useStack(kib - 4, bytes) + outer[512] + bytes[1024];
}
static CK_RV doSign(CK_ULONG handle, const CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *signatureLength) {
  unsigned long long lie;
  const Object *key = signWith;
  signWith = NULL;
  SESSION("C_Sign", handle);
  if (!key) return 0x91;
  if (fault("stack", &lie)) {
    static volatile char none[4096];
    none[0] = (char)useStack(lie, none);
  }
  if (*signatureLength < 256) return 0x150;
  rsaSign(key, data, length, signature);
  *signatureLength = fault("signature", &lie) ? (CK_ULONG)lie : 256;
  return 0;
}
static CK_RV unsupported(void) { return 0x54; }

EXPORT CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  static CK_FUNCTION_LIST functions;
  unsigned long long value;
  readCard();
  if (fault("list", &value)) {
    *list = NULL;
    return (CK_RV)value;
  }
  functions.version.major = fault("version", &value) ? (CK_BYTE)value : 2;
  functions.version.minor = 20;
  for (int i = 0; i < 68; i++) functions.functions[i] = (void *)unsupported;
  functions.functions[0] = (void *)initialize;
  functions.functions[1] = (void *)finalize;
  functions.functions[3] = (void *)C_GetFunctionList;
  functions.functions[4] = (void *)getSlotList;
  functions.functions[5] = (void *)getSlotInfo;
  functions.functions[6] = (void *)getTokenInfo;
  functions.functions[12] = (void *)openSession;
  functions.functions[13] = (void *)closeSession;
  functions.functions[15] = (void *)getSessionInfo;
  functions.functions[18] = (void *)login;
  functions.functions[19] = (void *)logout;
  functions.functions[24] = (void *)getAttributeValue;
  functions.functions[26] = (void *)findObjectsInit;
  functions.functions[27] = (void *)findObjects;
  functions.functions[28] = (void *)findObjectsFinal;
  functions.functions[42] = (void *)signInit;
  functions.functions[43] = (void *)doSign;
  if (fault("hole", &value) && value < 68) functions.functions[value] = NULL;
  *list = &functions;
  return 0;
}
