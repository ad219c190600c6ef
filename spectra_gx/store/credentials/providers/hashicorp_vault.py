"""`vault:MOUNT/PATH#FIELD`: a field of a secret in HashiCorp Vault, key-value engine version 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, Unauthorized, VaultError
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.declarations import is_loopback

if TYPE_CHECKING:
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources, VaultLogin

_SECONDS = 10
_RETRIES = Retry(
    total=3,
    backoff_factor=0.3,
    backoff_jitter=0.3,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
)


def read(reference: Reference, sources: SecretSources) -> str:
    """Return the field of the newest version of the secret."""
    login = sources.vault
    if login is None:
        raise ConfigurationError(
            "VAULT_ADDR, and VAULT_TOKEN or VAULT_ROLE_ID and VAULT_SECRET_ID, are not set; set "
            "them in the environment or in `.env`"
        )
    mount, path, field = reference.parts
    try:
        found = _fields(login, mount, path)
    except (Forbidden, Unauthorized):
        raise ConfigurationError(
            f"Vault refuses to show `{mount}/{path}`; check its token and the policy of that"
        ) from None
    except InvalidPath:
        raise ConfigurationError(
            f"Vault has no secret `{mount}/{path}`; check the path, and that `{mount}` is a "
            "key-value engine of version 2"
        ) from None
    except (VaultError, requests.RequestException, ValueError) as error:
        raise ConfigurationError(
            f"Vault at `{login.address}` cannot be read ({type(error).__name__}); check the "
            "address, and run again once it is well",
            retryable=True,
        ) from None
    value = found.get(field)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(
            f"secret `{mount}/{path}` of Vault has no text `{field}`; check its name"
        )
    return value


def _fields(login: VaultLogin, mount: str, path: str) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = not is_loopback(login.address)  # proxies are for other machines
        session.verify = login.ca_file or True
        session.mount(login.address, HTTPAdapter(max_retries=_RETRIES))
        client = hvac.Client(
            login.address,
            # Without one, hvac looks for one in the environment and at home.
            token="" if login.token is None else login.token.get_secret_value(),
            namespace=login.namespace,
            timeout=_SECONDS,
            session=session,
            allow_redirects=False,  # the token would follow
        )
        if login.token is None and login.role_id and login.secret_id:
            client.auth.approle.login(login.role_id, login.secret_id.get_secret_value())
        answer = client.secrets.kv.v2.read_secret_version(
            path, mount_point=mount, raise_on_deleted_version=True
        )
    found = answer["data"]["data"] if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise ValueError("no key-value secret")
    return found
