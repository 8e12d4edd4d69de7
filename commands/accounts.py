"""Accounts and their keys."""

from commands.messages import IssueApiKey, RegisterAccount, RevokeApiKey
from commands.ports import Repository
from domain.account import Account
from domain.errors import NotAllowed
from domain.values import GlobalPosition


async def register_account(
    command: RegisterAccount, *, accounts: Repository[Account]
) -> GlobalPosition | None:
    """Open an account; raises NotAllowed when the e-mail has one."""
    if await accounts.find(Account.create_id(command.email_index)) is not None:
        raise NotAllowed("account", "this e-mail is registered already")
    account = Account.register(
        command.email_index, command.email, command.password_hash, command.tier
    )
    return await accounts.save(account, cause=command)


async def issue_api_key(
    command: IssueApiKey, *, accounts: Repository[Account]
) -> GlobalPosition | None:
    """Give an account another key; repeating the same key changes nothing."""
    account = await accounts.load(command.account_id)
    account.issue_api_key(command.key)
    return await accounts.save(account, cause=command)


async def revoke_api_key(
    command: RevokeApiKey, *, accounts: Repository[Account]
) -> GlobalPosition | None:
    """Make a key worthless; raises NotFound when the account never had it."""
    account = await accounts.load(command.account_id)
    account.revoke_api_key(command.key_id)
    return await accounts.save(account, cause=command)
